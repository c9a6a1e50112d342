# SPDX-License-Identifier: AGPL-3.0-only
"""Rooms in use: sensors with a logger, a day of readings, access, hazards, visitors."""

import math
from datetime import timedelta

from odoo import Command, fields

#: Room number -> mean temperature and humidity of its readings.
CLIMATES = {
    "101": (20.6, 52.0),
    "102": (21.4, 48.0),
    "201": (23.0, 55.0),
    "202": (20.1, 50.0),
    "301": (22.2, 58.0),
    "302": (20.4, 60.0),
}
#: Minutes before now of the readings: each two hours of a month, then each ten minutes.
MINUTES = [*range(60 * 24 * 30, 60 * 26, -120), *range(60 * 26, -1, -10)]

HAZARDS = (
    (
        "标准气体泄漏",
        "gas",
        "test",
        "3",
        "301",
        "开启通风和报警器，气瓶固定并直立存放",
    ),
    (
        "触电",
        "electrical",
        "test",
        "2",
        "302",
        "接线前断电并验电，单手操作，地面铺绝缘垫",
    ),
    (
        "登高作业",
        "lifting",
        "onsite",
        "3",
        "101",
        "系安全带，两人作业，地面设警戒",
    ),
)


def build_environment(lab):
    """Bring the rooms of the laboratory into use, as its people do."""
    env, rooms, users = lab["env"], lab["rooms"], lab["users"]
    if "metrology.room.access" in env:
        _open_rooms(env, lab)
    rooms_in_use = env["metrology.room"].union(*rooms.values())
    for room in rooms_in_use:
        room.responsible_id = room.department_id.manager_id.user_id
    rooms["101"].adjacent_ids = [Command.set(rooms["102"].ids)]
    rooms_in_use.with_user(users["jishu"]).action_activate()
    sensors = _create_sensors(env, lab)
    _send_readings(env, sensors)
    _create_incompatibility(env)


def _create_sensors(env, lab):
    sensors = {}
    for number, (code, room) in enumerate(lab["rooms"].items(), start=1):
        device = env["metrology.environment.device"].create(
            {
                "name": f"{code}室温湿度记录仪",
                "kind": "logger",
                "heartbeat_minutes": 0,
                "room_ids": [Command.set(room.ids)],
            }
        )
        sensors[code] = env["metrology.environment.sensor"].create(
            {
                "name": "温湿度传感器",
                "serial_number": f"TH2024{number:03}",
                "model_text": "HTC-2",
                "room_id": room.id,
                "device_id": device.id,
                "certificate_number": f"WS2026-{number:04}",
                "date_to": lab["today"] + timedelta(days=200 + 10 * number),
            }
        )
    return sensors


def _send_readings(env, sensors):
    """A month of readings of each room, as its logger would have sent them."""
    now = fields.Datetime.now()
    Reading = env["metrology.environment.reading"]
    for code, sensor in sensors.items():
        temperature, humidity = CLIMATES[code]
        items = []
        for minutes in MINUTES:
            time = now - timedelta(minutes=minutes)
            hours = time.timestamp() / 3600
            wave = math.sin(hours / 24 * 2 * math.pi)
            week = math.sin(hours / 167 * 2 * math.pi + int(code))
            for element, value, unit in (
                ("temperature", f"{temperature + 0.6 * wave + 0.5 * week:.1f}", "℃"),
                ("humidity", f"{humidity - 3 * wave - 3 * week:.0f}", "%RH"),
            ):
                items.append(
                    {
                        "sensor": sensor.serial_number,
                        "element": element,
                        "value": value,
                        "unit": unit,
                        "time": f"{time:%Y-%m-%dT%H:%M:%S}+00:00",
                    }
                )
        for first in range(0, len(items), 1000):
            Reading._ingest(sensor.device_id, items[first : first + 1000])


def _create_incompatibility(env):
    shaking, weighing = env["metrology.room.activity"].create(
        [{"name": "产生振动的工作"}, {"name": "精密称量"}]
    )
    env["metrology.room.incompatibility"].create(
        {
            "activity_id": weighing.id,
            "other_id": shaking.id,
            "reason": "振动影响天平示值",
        }
    )


def _open_rooms(env, lab):
    """Say who may enter, what can do harm there, and announce a visitor."""
    users, rooms = lab["users"], lab["rooms"]
    for room in rooms.values():
        room.access_mode = "staff"
    pressure = rooms["101"]
    pressure.access_mode = "list"
    badges = {"jianding": "10001", "jianding2": "10002", "zhuren": "10003"}
    for login, badge in badges.items():
        employee = lab["employees"][login]
        employee.barcode = badge
        access = (
            env["metrology.room.access"]
            .with_user(users["jishu"])
            .create({"room_id": pressure.id, "employee_id": employee.id})
        )
        access.with_user(users["jishu"]).action_activate()
    for name, kind, stage, level, code, measure in HAZARDS:
        env["metrology.hazard"].create(
            {
                "name": name,
                "kind_id": env.ref(f"metrology_safety.hazard_kind_{kind}").id,
                "stage": stage,
                "level": level,
                "measure": measure,
                "room_ids": [Command.set(rooms[code].ids)],
                "responsible_id": users["zhuren"].id,
            }
        )
    env["metrology.safety.procedure"].create(
        {
            "name": "实验室每周安全检查",
            "item_ids": [
                Command.create({"name": name})
                for name in (
                    "疏散通道畅通",
                    "灭火器在有效期内",
                    "电源线、插座完好",
                    "气瓶固定、阀门关闭",
                    "台面整洁、标识清楚",
                )
            ],
        }
    )
    now = fields.Datetime.now()
    visitor = (
        env["metrology.visitor"]
        .with_user(users["jianding"])
        .create(
            {
                "name": "王建国",
                "organisation": "示范矿业有限公司",
                "purpose": "参观压力检定过程",
                "host_id": lab["employees"]["jianding"].id,
                "room_ids": [Command.set(pressure.ids)],
                "planned_from": now + timedelta(hours=1),
                "planned_to": now + timedelta(hours=3),
            }
        )
    )
    visitor.action_submit()
