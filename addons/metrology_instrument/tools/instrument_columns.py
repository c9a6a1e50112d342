# SPDX-License-Identifier: AGPL-3.0-only
"""How customers name the columns of their lists of instruments. Pure Python."""

from odoo.addons.metrology_method.tools.headings import Headings

#: Field -> words, compared in compact form; the more special word wins.
COLUMN_WORDS = {
    "sequence": "序号 项号 行号 序 No No. Nr # 项次 顺序号 编序 item itemno line seq sn.",
    "name": (
        "器具名称 仪器名称 计量器具名称 名称 设备名称 仪器设备名称 仪表名称 样品名称 量具名称 测量设备名称 "
        "仪器 设备 器具 品名 被检器具名称 受检仪器名称 检测设备名称 计量设备名称 仪器仪表名称 被校仪器名称 "
        "仪器/设备名称 设备/仪器名称 送检器具 送检仪器 计量器具 仪器仪表 物品名称 工具名称 产品名称 物料名称 "
        "资产名称 器具 样品 被测件名称 instrument instrumentname name description equipment "
        "equipmentname item-name itemname device devicename uut dut gauge gage gaugename tool"
    ),
    "model_text": (
        "型号/规格 规格型号 型号规格 型号 规格/型号 型号及规格 规格及型号 型号、规格 型式 型号/类型 规格(型号) "
        "model type modelno modelnumber model/type model/specification typeno"
    ),
    "specification": "规格 技术规格 specification spec specs size",
    "range_text": (
        "测量范围 量程 量程范围 测量范围/量程 测量范围(量程) 量限 范围 测量区间 校准范围 检定范围 使用范围 工作范围 "
        "测量上限 标称值 量值 range measuringrange measurementrange rangeofmeasurement "
        "capacity span workingrange"
    ),
    "accuracy_text": (
        "准确度等级 精度 精度等级 准确度 不确定度 等级 准确度等级/不确定度 最大允许误差 允许误差 精确度 精密度 "
        "准确度等级/最大允许误差 不确定度/准确度等级/最大允许误差 允差 分度值 准确度等级或允差 示值误差 误差等级 "
        "分辨力 分辨率 accuracy accuracyclass class mpe tolerance uncertainty resolution grade"
    ),
    "serial_number": (
        "出厂编号 编号 序列号 机身号 出厂号 机号 器具编号 仪器编号 出厂编号/序列号 机身编号 表号 产品编号 样品编号 "
        "出厂序号 钢印号 器号 产品序列号 机器编号 计量器具编号 设备序列号 出厂编码 铭牌编号 serial serialnumber "
        "serialno s/n sn serialno. serial# number 机身码"
    ),
    "manufacturer": (
        "制造厂 生产厂家 制造单位 制造厂商 生产厂 厂家 制造商 生产单位 厂商 生产厂商 制造厂家 品牌 制造厂名 产地 厂名 "
        "生产制造单位 生产企业 生产商 出品厂 厂牌 制造企业 manufacturer maker brand make mfr mfg vendor"
    ),
    "asset_number": (
        "管理编号 资产编号 设备编号 固定资产编号 统一编号 内部编号 自编号 公司编号 企业编号 管理号 资产号 设备编码 "
        "本厂编号 设备管理编号 客户编号 计量编号 厂内编号 使用编号 本单位编号 资产编码 固定资产号 设备号 位号 "
        "控制编号 assetnumber assetno assetid asset equipmentid equipmentno id idno idnumber "
        "tag tagno controlno controlnumber instrumentid gaugeid"
    ),
    "quantity": (
        "台件数 数量 台数 件数 台(件)数 台/件数 数量(台件) 台件 套数 数量(台) 个数 送检数量 送检数 支数 只数 "
        "quantity qty count pcs"
    ),
    "remark": (
        "备注 说明 附注 备注说明 要求 特殊要求 其他要求 客户要求 检定要求 校准要求 送检要求 技术要求 送检说明 "
        "校准点 检定点 校准点位 校准参数 检定参数 检定项目 校准项目 检测项目 检测参数 校准内容 证书要求 是否出证书 "
        "证书单位 证书抬头 报告抬头 证书单位名称 要求完成日期 完成日期 取样日期 calibrationpoints "
        "remark remarks note notes comment comments requirement requirements"
    ),
    "accessories": "附件 配件 附件情况 随机附件 附件及配件 accessories accessory",
    "condition": "外观 外观状态 样品状态 器具状态 仪器状态 送检状态 外观检查 condition appearance",
    "customer_department": (
        "使用部门 使用单位 部门 科室 使用科室 使用地点 安装地点 安装位置 存放地点 车间 所在部门 使用人 所属部门 所属单位 "
        "单位名称 部门名称 公司名称 使用车间 存放位置 放置地点 放置位置 所在位置 所在地 工段 班组 岗位 装置 使用位置 "
        "管理部门 保管部门 使用场所 安装部位 保管人 department location user place dept area site room"
    ),
    "service_kind": (
        "服务类型 检定/校准 检校类别 检校类型 送检类型 服务项目 检定校准 业务类型 检定或校准 类型 类别 服务方式 检校方式 "
        "溯源方式 送检方式 检定方式 检测类型 送检类别 业务类别 检校性质 检定类型 检定类别 校准/检定 委托类型 "
        "委托项目 service servicetype servicekind calibrationtype"
    ),
    "mandatory": "强检 是否强检 强制检定 是否强制检定 是否强检器具 强检/非强检 mandatory",
    "tick_verification": "检定 是否检定 verification",
    "tick_calibration": "校准 是否校准 calibration",
    "tick_testing": "检测 测试 是否检测 testing test",
    "tick_inspection": "检验 inspection",
    "tick_urgent": "加急 是否加急 急件 urgent rush",
    "last_date": (
        "检定日期 上次检定日期 校准日期 上次校准日期 上次检校日期 最近检定日期 最近校准日期 最近一次检定日期 检校日期 "
        "检定时间 校准时间 上次检定时间 上次校准时间 上次送检日期 本次检定日期 最后检定日期 溯源日期 lastdate "
        "lastcalibration lastcalibrationdate calibrationdate caldate lastcaldate"
    ),
    "due_date": (
        "有效期至 有效期 有效日期 到期日期 下次检定日期 下次校准日期 下次检校日期 到期日 有效期限 检定有效期 校准有效期 "
        "证书有效期 下次检定时间 下次校准时间 失效日期 应检日期 应检定日期 计划检定日期 计划校准日期 下次送检日期 "
        "下检日期 复检日期 复校日期 有效期止 截止日期 duedate nextdue nextcalibration validuntil "
        "nextcalibrationdate calibrationduedate caldue calduedate expirydate expiry"
    ),
    "interval_months": (
        "检定周期 校准周期 周期 检校周期 周期(月) 检定间隔 校准间隔 溯源周期 复校间隔 确认间隔 送检周期 "
        "interval cycle calibrationinterval calibrationcycle frequency"
    ),
    "certificate_number": (
        "证书编号 证书号 原证书编号 上次证书编号 证书/报告编号 报告编号 certificate certificateno "
        "certificatenumber reportno"
    ),
    "unit": "单位 计量单位 数量单位 unit uom",
}
#: Ambiguous words decide only when they are the whole heading.
_WHOLE_ONLY = {
    *(
        "仪器",
        "设备",
        "器具",
        "单位",
        "类型",
        "类别",
        "no",
        "no.",
        "sn",
        "id",
        "#",
        "序",
    ),
    *("等级", "部门", "item", "line", "make", "type", "样品", "装置", "sn."),
    *("检定", "校准", "检测", "检验", "测试", "test", "testing", "calibration"),
    *("verification", "inspection", "说明", "外观", "加急", "强检", "产地", "area"),
    *("site", "room", "user", "spec", "specs", "tool", "grade", "seq", "count", "pcs"),
    *(
        "uut",
        "dut",
        "mfr",
        "mfg",
        "tag",
        "note",
        "urgent",
        "rush",
        "nr",
        "岗位",
        "量值",
    ),
    *("gauge", "gage", "device", "place", "asset", "设备号", "表号", "机号", "器号"),
    *(
        "size",
        "参数",
        "service",
        "condition",
        "frequency",
        "vendor",
        "expiry",
        "span",
        "capacity",
    ),
}
#: A bare 'number' is the serial number, unless another column says that it is.
_VAGUE = {
    *("编号", "number", "仪器编号", "器具编号", "计量器具编号", "样品编号", "机器编号"),
}
#: These give way to a better word of the same field.
_WEAK = {
    *(
        "位号",
        "设备号",
        "品牌",
        "brand",
        "产地",
        "等级",
        "分度值",
        "分辨力",
        "分辨率",
        "使用人",
    ),
    *(
        "resolution",
        "class",
        "grade",
        "标称值",
        "量值",
        "类型",
        "类别",
        "type",
        "使用编号",
    ),
    *(
        "保管人",
        "要求",
        "说明",
        "样品",
        "产品名称",
        "物料名称",
        "资产名称",
        "有效期",
        "site",
    ),
    *("description", "委托项目", "服务项目"),
    *(
        "单位名称",
        "公司名称",
        "tool",
        "tag",
        "id",
        "表号",
        "产品编号",
        "溯源日期",
        "截止日期",
    ),
}

HEADINGS = Headings(
    COLUMN_WORDS,
    required="name",
    # What one recognised heading is worth; the name alone makes no list.
    scores={"name": 4, "serial_number": 3, "model_text": 3, "range_text": 2},
    whole_only=_WHOLE_ONLY,
    vague=_VAGUE,
    vague_second="asset_number",
    weak=_WEAK,
    multiple={"remark", "customer_department"},
)
