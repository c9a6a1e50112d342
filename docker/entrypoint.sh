#!/usr/bin/env bash
# Start one part of the suite in a container: web, queue, or any Odoo command.
#
# usage: entrypoint.sh web | queue | init [ADDONS] | update [ADDONS] | odoo ARGUMENTS
#
# Secrets come from the environment: DB_PASSWORD or DB_PASSWORD_FILE, ADMIN_PASSWORD.
set -euo pipefail

read_secret() {
    local name=$1 file_name=$1_FILE
    if [ -n "${!file_name:-}" ]; then cat "${!file_name}"; else echo "${!name:-}"; fi
}

DB_PASSWORD=$(read_secret DB_PASSWORD)
ADMIN_PASSWORD=$(read_secret ADMIN_PASSWORD)
DATABASE=${DB_NAME:-metrology}
[ -n "$DB_PASSWORD" ] || { echo "DB_PASSWORD is not set" >&2; exit 1; }

# Written where only this user reads it: a password on a command line is seen by all.
CONFIG=$(mktemp)
chmod 600 "$CONFIG"
cat "$ODOO_RC" >"$CONFIG"
# The last section of the file is [options]; these lines belong to it.
cat >>"$CONFIG" <<EOF
db_host = ${DB_HOST:-db}
db_port = ${DB_PORT:-5432}
db_user = ${DB_USER:-odoo}
db_password = $DB_PASSWORD
db_name = $DATABASE
dbfilter = ^$DATABASE\$
admin_passwd = ${ADMIN_PASSWORD:-$(head -c 24 /dev/urandom | base64)}
${SMTP_HOST:+smtp_server = $SMTP_HOST}
${SMTP_PORT:+smtp_port = $SMTP_PORT}
EOF

# Odoo's own script, not `python -m odoo`: the websocket worker starts itself again.
odoo() { exec /opt/suite/venv/bin/python "$(command -v odoo)" "$@"; }

part=${1:-web}
shift || true
case $part in
    web)
        # The runner of the queue has a container of its own.
        export ODOO_QUEUE_JOB_CHANNELS=root:0
        odoo server -c "$CONFIG" "$@"
        ;;
    queue)
        export ODOO_QUEUE_JOB_CHANNELS=${QUEUE_CHANNELS:-root:2}
        export ODOO_QUEUE_JOB_HOST=127.0.0.1 ODOO_QUEUE_JOB_PORT=8069
        odoo server -c "$CONFIG" --workers=3 --max-cron-threads=0 "$@"
        ;;
    init)
        odoo server -c "$CONFIG" --stop-after-init --no-http --load-language=zh_CN \
            -i "${1:-metrology_account}"
        ;;
    update)
        odoo server -c "$CONFIG" --stop-after-init --no-http -u "${1:-metrology}"
        ;;
    odoo) odoo "$@" ;;
    *) exec "$part" "$@" ;;
esac
