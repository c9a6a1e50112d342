# Shared shell functions of scripts/*. Sourced, never run.
# Knows where things are and how to speak; does nothing by itself.

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
LOCAL=${METROLOGY_LOCAL:-$ROOT/.local}
# Downloads survive a fresh clone: a second clone, or one without network, is quick.
CACHE=${METROLOGY_CACHE:-${XDG_CACHE_HOME:-${HOME:-/tmp}/.cache}/metrology-suite}
VENV=$LOCAL/venv
export ROOT LOCAL CACHE VENV
export PIP_DISABLE_PIP_VERSION_CHECK=1 PYTHONDONTWRITEBYTECODE=${PYTHONDONTWRITEBYTECODE-}

say() { printf '\033[1m==>\033[0m %s\n' "$*" >&2; }
note() { printf '    %s\n' "$*" >&2; }
warn() { printf '\033[33m!!\033[0m  %s\n' "$*" >&2; }
die() {
    printf '\033[31mxx\033[0m  %s\n' "$*" >&2
    exit 1
}

# The leading comment block of a script is its help text.
show_help() {
    sed -n '2,/^[^#]/{s/^# \{0,1\}//;/^[^#]*$/!d;p}' "$1" | sed '/^set -/,$d;/^\. /,$d'
}

as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    elif command -v sudo >/dev/null 2>&1; then
        sudo "$@"
    else
        return 127
    fi
}

have_package() {
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

# Everything else starts here: sets up on the first call, costs nothing later.
ensure_setup() {
    "$ROOT/scripts/setup" --if-needed || die "scripts/setup did not finish; see above."
}

# Run one of the Python helpers of scripts/lib with the project's interpreter.
run_python() {
    local program=$1
    shift
    exec "$VENV/bin/python" "$ROOT/scripts/lib/$program" "$@"
}
