# What scripts/setup fetches and where it puts it. Sourced by scripts/setup only.
# No address of a registry is written here: apt and pip know theirs, and the mirror
# for Debian's `odoo-19` is read from the machine's own apt sources.

# Programs and libraries taken from the system's package manager.
SYSTEM_PACKAGES=(
    python3-venv gettext poppler-utils
    postgresql postgresql-contrib
    # WeasyPrint opens these at run time (its text/ffi.py)
    libglib2.0-0 libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz0b libharfbuzz-subset0
    libfontconfig1 libmagic1
    fonts-noto-cjk fonts-dejavu-core
    chromium
)

# Debian's Odoo links its fonts and a few scripts to these packages.
ODOO_PACKAGES=(
    odoo-19 fonts-glyphicons-halflings fonts-inconsolata fonts-montserrat fonts-ocr-b
    fonts-roboto-unhinted gsfonts libjs-jquery libjs-jquery-form libjs-underscore
)
# Odoo's icons are those of Font Awesome 4.7, which newer suites no longer have.
FONT_AWESOME=fonts-font-awesome/bookworm

ODOO_SERIES=19.0

is_installed() {
    local package=$1
    # trixie renamed some libraries (time_t transition)
    have_package "$package" || have_package "${package}t64"
}

install_system_packages() {
    local missing=() package
    for package in "${SYSTEM_PACKAGES[@]}"; do
        is_installed "$package" || missing+=("$package")
    done
    # A server or a browser that is there in another way is good enough.
    if [ -n "${PGHOST:-}" ]; then
        missing=("${missing[@]/postgresql/}")
        missing=("${missing[@]/-contrib/}")
    fi
    local wanted=()
    for package in "${missing[@]}"; do
        if [ -n "$package" ]; then wanted+=("$package"); fi
    done
    if [ ${#wanted[@]} -eq 0 ]; then
        note "all there"
        return
    fi
    note "to install: ${wanted[*]}"
    [ -z "$OFFLINE" ] || die "not on this machine, and --offline was asked: ${wanted[*]}"
    as_root true 2>/dev/null ||
        die "please install as administrator, then run scripts/setup again:
    apt-get install ${wanted[*]}"
    mkdir -p "$CACHE/apt/archives/partial"
    # Our own archive directory: an interrupted download resumes, the next machine
    # that shares the cache fetches nothing.
    local options=(-o "Dir::Cache::archives=$CACHE/apt/archives" -o Acquire::Retries=3
        -o APT::Keep-Downloaded-Packages=true -o APT::Sandbox::User=root
        -o Dpkg::Use-Pty=0 -o DPkg::Lock::Timeout=300)
    as_root env DEBIAN_FRONTEND=noninteractive apt-get "${options[@]}" -q update >&2 ||
        warn "apt-get update failed; trying with the package lists there are"
    as_root env DEBIAN_FRONTEND=noninteractive apt-get "${options[@]}" -q -y \
        --no-install-recommends install "${wanted[@]}" >&2 ||
        die "apt-get could not install ${wanted[*]}; run scripts/setup again to resume"
}

# The mirror this machine takes Debian from, as apt itself reports it.
debian_mirror() {
    local line
    line=$(apt-get indextargets --format '$(LABEL)|$(REPO_URI)|$(SIGNED_BY)' \
        'Created-By: Packages' 2>/dev/null | grep '^Debian|' | head -1)
    if [ -z "$line" ]; then
        # apt has no lists yet, so it cannot tell labels: read the sources.
        line=$(cat /etc/apt/sources.list /etc/apt/sources.list.d/* 2>/dev/null |
            sed -n -E 's/^(deb +(\[[^]]*\] +)?|URIs: *)([a-z+]+:[^ ]*debian\/?)( .*)?$/Debian|\3|/p' |
            head -1)
    fi
    [ -n "$line" ] || return 1
    echo "$line" | cut -d'|' -f2
}

install_odoo() {
    local home=$LOCAL/odoo
    if [ -n "${ODOO_HOME:-}" ]; then
        check_odoo_home "$ODOO_HOME"
        note "using ODOO_HOME=$ODOO_HOME"
        ln -sfn "$(readlink -f "$ODOO_HOME")" "$LOCAL/odoo-home"
        return
    fi
    local debs=$CACHE/odoo state=$CACHE/odoo/apt
    mkdir -p "$debs" "$state/lists/partial" "$state/archives/partial" "$state/etc"
    if [ ! -s "$debs/complete" ]; then
        [ -z "$OFFLINE" ] || die "Odoo is not in $debs, and --offline was asked"
        download_odoo "$debs" "$state"
    fi
    if [ "$(cat "$home/unpacked" 2>/dev/null)" != "$(cat "$debs/complete")" ]; then
        note "unpacking $(cat "$debs/complete" | head -1)"
        rm -rf "$home.new"
        mkdir -p "$home.new"
        local deb
        while read -r deb; do
            dpkg-deb -x "$debs/$deb" "$home.new"
        done <"$debs/complete"
        cp "$debs/complete" "$home.new/unpacked"
        rm -rf "$home"
        mv "$home.new" "$home"
    fi
    ln -sfn "$home/usr/lib/python3/dist-packages" "$LOCAL/odoo-home"
    # Debian leaves out one library (blurring the background of video calls). Odoo's
    # bundle of scripts names it and would log an error on every page.
    local blur=$LOCAL/odoo-home/odoo/addons/mail/static/lib/selfie_segmentation
    if [ ! -e "$blur/selfie_segmentation.js" ]; then
        mkdir -p "$blur"
        echo '/* not part of Debian */' >"$blur/selfie_segmentation.js"
    fi
    check_odoo_home "$LOCAL/odoo-home"
}

download_odoo() {
    local debs=$1 state=$2 mirror keyring
    mirror=$(debian_mirror) || die "this machine's apt sources name no Debian mirror.
    Debian's package odoo-19 (suite sid) is needed: add a Debian source, or set
    ODOO_HOME to a directory that holds an Odoo $ODOO_SERIES."
    keyring=/usr/share/keyrings/debian-archive-keyring.gpg
    local signed=
    [ ! -e "$keyring" ] || signed="[signed-by=$keyring] "
    # A private set of lists: the system's own sources stay as they are.
    printf 'deb %s%s %s main\n' "$signed" "$mirror" sid "$signed" "$mirror" bookworm \
        >"$state/etc/sources.list"
    local options=(
        -o "Dir::State::Lists=$state/lists" -o "Dir::Cache=$state"
        -o "Dir::Cache::archives=$state/archives"
        -o "Dir::Etc::sourcelist=$state/etc/sources.list" -o Dir::Etc::sourceparts=/dev/null
        -o Dir::State::status=/dev/null -o "APT::Sandbox::User=$(id -un)"
        -o Acquire::Languages=none -o Acquire::Retries=3
        # A mirror that lags behind has lists of sid past their week. Their signature
        # is checked all the same, and the series of what is in them further below.
        -o Acquire::Check-Valid-Until=false
    )
    apt-get "${options[@]}" -q update >&2 || die "the mirror's package lists could not be read.
    Check the network and run scripts/setup again; what was fetched is kept."
    (
        cd "$debs"
        apt-get "${options[@]}" -q download "${ODOO_PACKAGES[@]}" "$FONT_AWESOME" >&2
    ) || die "the download of Odoo broke off; run scripts/setup again to resume it"
    local package name files=()
    for package in "${ODOO_PACKAGES[@]}" fonts-font-awesome; do
        name=$(cd "$debs" && ls -t "${package}"_*.deb | head -1)
        dpkg-deb --info "$debs/$name" >/dev/null ||
            die "$debs/$name is damaged; delete it and run scripts/setup again"
        files+=("$name")
    done
    printf '%s\n' "${files[@]}" >"$debs/complete.new"
    mv "$debs/complete.new" "$debs/complete"
}

check_odoo_home() {
    local release=$1/odoo/release.py
    [ -f "$release" ] || die "$1 holds no Odoo: $release is missing"
    grep -qE '^version_info *= *\(19, *0,' "$release" ||
        die "$1 holds another Odoo than $ODOO_SERIES"
}

find_python() {
    local candidate
    # Debian's own first: it is what the pinned wheels are tried with.
    for candidate in /usr/bin/python3 python3 python3.13 python3.12 python3.11; do
        if command -v "$candidate" >/dev/null 2>&1 && "$candidate" - <<'PY' 2>/dev/null
import sys, venv, ensurepip
sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))
PY
        then
            command -v "$candidate"
            return
        fi
    done
    return 1
}

install_python_packages() {
    local python site locks
    python=$(find_python) || die "Python 3.11, 3.12 or 3.13 with venv is needed"
    if [ ! -x "$VENV/bin/python" ] || ! "$VENV/bin/python" -c pass 2>/dev/null; then
        rm -rf "$VENV"
        "$python" -m venv "$VENV"
    fi
    site=$("$VENV/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
    # pip must see `odoo 19.0`, or it refuses the OCA addons.
    readlink -f "$LOCAL/odoo-home" >"$site/odoo.pth"
    locks=$(cd "$ROOT" && cat requirements.txt requirements-oca.txt requirements-test.txt |
        sha256sum | cut -c1-16)
    locks=$locks-$("$VENV/bin/python" -c 'import sys; print("cp%d%d" % sys.version_info[:2])')
    if [ "$(cat "$VENV/installed" 2>/dev/null)" = "$locks" ]; then
        note "all there"
        return
    fi
    local wheels=$CACHE/wheels-$locks
    mkdir -p "$wheels" "$CACHE/pip"
    if [ ! -e "$wheels/complete" ]; then
        [ -z "$OFFLINE" ] || die "the Python packages are not in $wheels, and --offline was asked"
        note "downloading (once for all clones)"
        "$VENV/bin/pip" --cache-dir "$CACHE/pip" wheel -qq --use-pep517 --retries 5 --no-deps \
            --wheel-dir "$wheels" -r "$ROOT/requirements.txt" \
            -r "$ROOT/requirements-test.txt" -r "$ROOT/requirements-oca.txt" >&2 ||
            die "pip could not fetch the Python packages; run scripts/setup again to resume"
        touch "$wheels/complete"
    fi
    note "installing"
    # Every package is in the lock files, so dependencies need no solving.
    "$VENV/bin/pip" install -qq --no-index --no-deps --find-links "$wheels" \
        -r "$ROOT/requirements.txt" -r "$ROOT/requirements-test.txt" \
        -r "$ROOT/requirements-oca.txt" >&2
    echo "$locks" >"$VENV/installed"
}

install_fonts() {
    local built=$CACHE/fonts target=$LOCAL/fonts
    mkdir -p "$built"
    "$VENV/bin/python" "$ROOT/scripts/lib/build_fonts.py" --cache "$built" --output "$target" ||
        die "the fonts for certificates could not be built"
}

install_node_tools() {
    local lock=$ROOT/tests/lint/package-lock.json target=$LOCAL/node
    if ! command -v npm >/dev/null 2>&1 || [ ! -e "$lock" ]; then
        note "no npm here: scripts/lint leaves out the formatting of XML and JavaScript"
        return
    fi
    local key
    key=$(sha256sum <"$lock" | cut -c1-16)
    [ "$(cat "$target/installed" 2>/dev/null)" != "$key" ] || { note "all there"; return; }
    mkdir -p "$target"
    cp "$ROOT/tests/lint/package.json" "$lock" "$target/"
    local flags=(--prefix "$target" --cache "$CACHE/npm" --no-audit --no-fund
        --loglevel=error --prefer-offline --ignore-scripts --fetch-retries=1)
    [ -z "$OFFLINE" ] || flags+=(--offline)
    if (cd "$target" && npm ci "${flags[@]}" >&2); then
        echo "$key" >"$target/installed"
    elif [ -n "${CI:-}" ]; then
        die "npm could not install prettier; run scripts/setup again"
    else
        warn "npm could not install prettier; scripts/lint will leave it out"
    fi
}
