# SPDX-License-Identifier: AGPL-3.0-only
"""The container files say the same as scripts/setup; no engine is needed to see it."""

import configparser
import re
import shutil
import subprocess

import pytest
import yaml


@pytest.fixture(scope="module")
def compose(root):
    return yaml.safe_load((root / "docker-compose.yml").read_text("utf-8"))


@pytest.fixture(scope="module")
def dockerfile(root):
    return (root / "docker" / "Dockerfile").read_text("utf-8").replace("\\\n", " ")


@pytest.fixture(scope="module")
def production(root):
    parser = configparser.ConfigParser(interpolation=None)
    parser.read(root / "config" / "odoo-production.conf", "utf-8")
    return parser["options"]


def test_image_is_the_series_of_setup(root, dockerfile):
    """Odoo's image has the series that scripts/setup insists on."""
    series = re.search(
        r"^ODOO_SERIES=(\S+)", (root / "scripts/lib/packages.sh").read_text(), re.M
    )
    assert f"FROM odoo:{series.group(1)}\n" in dockerfile


def test_python_packages_are_those_of_setup(root, dockerfile):
    """The same lock files are installed, without solving, tests' packages left out."""
    copied = (
        re.search(r"COPY (requirements\S* .*) /opt/suite/", dockerfile).group(1).split()
    )
    assert copied == ["requirements.txt", "requirements-oca.txt"]
    install = re.search(r"pip install .*?(?:&&|$)", dockerfile).group(0)
    assert "--no-deps" in install
    for name in copied:
        assert f"-r /opt/suite/{name}" in install
        for line in (root / name).read_text().splitlines():
            assert line.startswith("#") or re.fullmatch(
                r"[A-Za-z0-9._-]+==[\w.]+(; python_version < \"[\d.]+\")?", line
            ), line


def test_libraries_are_those_of_setup(root, dockerfile):
    """What WeasyPrint opens on a developer's machine is in the image too."""
    text = (root / "scripts" / "lib" / "packages.sh").read_text()
    packages = re.search(r"SYSTEM_PACKAGES=\((.*?)\n\)", text, re.S).group(1)
    packages = re.sub(r"#.*", "", packages).split()
    runtime = {name for name in packages if name.startswith(("lib", "fonts-"))}
    installed = set(re.search(r"apt-get install (.*?)&&", dockerfile).group(1).split())
    assert runtime <= installed


def test_files_copied_exist(root, dockerfile):
    for sources in re.findall(r"^COPY (.*) \S+$", dockerfile, re.M):
        for source in sources.split():
            assert (root / source).exists(), source


def test_mounts_exist(root, compose):
    """Every bind mount of a file of the repository points to one."""
    for name, service in compose["services"].items():
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            if source.startswith("./") and not source.startswith("./secrets"):
                assert (root / source).exists(), f"{name}: {source}"
                assert volume.endswith(":ro"), f"{name} could write to {source}"
            elif not source.startswith("./"):
                assert source in compose["volumes"], f"{name}: {source}"


def test_services(compose):
    """web, queue, database, nginx; mail only in the profile dev."""
    services = compose["services"]
    assert {"web", "queue", "db", "nginx", "mail"} == set(services)
    assert services["mail"]["profiles"] == ["dev"]
    assert services["web"]["depends_on"]["db"]["condition"] == "service_healthy"
    assert services["queue"]["depends_on"]["web"]["condition"] == "service_healthy"
    assert services["nginx"]["depends_on"]["web"]["condition"] == "service_healthy"
    assert "ports" not in services["web"], "only nginx is reached from outside"
    assert "ports" not in services["db"]
    for name in ("web", "queue"):
        assert services[name]["environment"]["DB_USER"] == "odoo"


def test_database_is_new_enough_and_its_role_modest(root, compose):
    version = int(
        re.fullmatch(r"postgres:(\d+)", compose["services"]["db"]["image"]).group(1)
    )
    assert version >= 13  # odoo/release.py
    script = (root / "docker" / "postgres-init.sh").read_text()
    cluster = (root / "scripts" / "lib" / "cluster.py").read_text()
    for extension in ("pg_trgm", "unaccent"):
        assert f"CREATE EXTENSION IF NOT EXISTS {extension}" in script
        assert extension in cluster
    assert "NOSUPERUSER" in script
    assert "NOSUPERUSER" in cluster


def test_server_wide_modules_are_the_same_everywhere(root, production):
    for purpose in ("run", "test"):
        parser = configparser.ConfigParser(interpolation=None)
        parser.read(root / "config" / f"odoo-{purpose}.conf", "utf-8")
        assert (
            parser["options"]["server_wide_modules"]
            == production["server_wide_modules"]
        )
    assert production["server_wide_modules"].split(",") == [
        "base",
        "rpc",
        "web",
        "queue_job",
    ]


def test_production_is_closed(production, root):
    """Behind a proxy, no list of databases, several workers, no secret in the file."""
    assert production.getboolean("proxy_mode")
    assert not production.getboolean("list_db")
    assert production.getint("workers") > 1
    assert not {"db_password", "admin_passwd"} & set(production)
    # entrypoint.sh appends to the last section
    text = (root / "config" / "odoo-production.conf").read_text()
    assert re.findall(r"^\[(\w+)\]", text, re.M)[-1] == "options"


def test_nginx(root, production):
    """Websocket to its own port, gzip, static from the cache, jobs and databases denied."""
    text = (root / "config" / "nginx.conf").read_text()
    assert f"server web:{production['http_port']};" in text
    assert f"server web:{production['gevent_port']};" in text
    for location in ("/queue_job/", "/web/database/"):
        assert re.search(rf"location {location} {{\s*deny all;", text)
    websocket = re.search(r"location /websocket {(.*?)}", text, re.S).group(1)
    assert "proxy_pass http://websocket;" in websocket
    assert "Upgrade $http_upgrade" in websocket
    assert "gzip on;" in text
    assert re.search(r"static.*{[^}]*proxy_cache static;", text, re.S)
    assert text.count("{") == text.count("}")


def test_compose_config(root, tmp_path):
    """Docker itself can read the file, where its client has compose."""
    if not shutil.which("docker"):
        pytest.skip("no docker client here")
    known = subprocess.run(
        ["docker", "compose", "version"], capture_output=True, check=False
    )
    if known.returncode:
        pytest.skip("docker has no compose here")
    result = subprocess.run(
        ["docker", "compose", "-f", str(root / "docker-compose.yml"), "config", "-q"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert result.returncode == 0, result.stderr
