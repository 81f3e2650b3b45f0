import pytest

from callqa.domain import Party, PersonalData
from callqa.policy.privacy import PersonalKind, PrivacyPolicy
from callqa.privacy import find_personal_data
from tests.privacy.dialogue import MS, dialogue

EVERYTHING = PrivacyPolicy()


def found(text: str, policy: PrivacyPolicy = EVERYTHING) -> list[tuple[str, str]]:
    call, transcript = dialogue(text)
    personal = find_personal_data(transcript, policy)
    return [
        (one.kind, call.turns[one.turn].text[one.characters.start : one.characters.end]) for one in personal
    ]


def one(text: str) -> PersonalData:
    personal = find_personal_data(dialogue(text)[1], EVERYTHING)
    assert len(personal) == 1, personal
    return personal[0]


@pytest.mark.parametrize(
    ("text", "kind", "piece"),
    [
        ("客户: 我电话13800001234啊", "mobile", "13800001234"),
        ("客户: 幺三八零零零零幺二三四", "mobile", "幺三八零零零零幺二三四"),
        ("客户: 一三七双零二五三个九一", "mobile", "一三七双零二五三个九一"),
        ("客户: 电话是腰三八零零零零幺二三四", "mobile", "腰三八零零零零幺二三四"),
        ("客户: 手机138 0000-1234", "mobile", "138 0000-1234"),
        ("客户: １３８００００１２３４", "mobile", "１３８００００１２３４"),
        ("客户: 加八六幺三八零零零零幺二三四", "mobile", "八六幺三八零零零零幺二三四"),
        ("客户: 手机是一三八，嗯，零零零零，幺二三四", "mobile", "一三八，嗯，零零零零，幺二三四"),
        ("客户: 家里座机零三幺幺八五六七二三四零", "landline", "零三幺幺八五六七二三四零"),
        ("客户: 座机八五六七二三四零", "landline", "八五六七二三四零"),
        ("客户: 身份证430102200608150037", "id_number", "430102200608150037"),
        (
            "客户: 身份证号四二零幺零六二零幺幺零三零九幺二三叉",
            "id_number",
            "四二零幺零六二零幺幺零三零九幺二三叉",
        ),
        ("客户: 身份证四三零一零二二零零六零八一五零零三", "id_number", "四三零一零二二零零六零八一五零零三"),
        ("客户: 身份证42010620110309123，嗯X", "id_number", "42010620110309123，嗯X"),
        ("客户: 卡号6222021200000000005", "bank_card", "6222021200000000005"),
        ("客户: 6222 0212 0000 0000 005", "bank_card", "6222 0212 0000 0000 005"),
        ("客户: 邮箱wang.xiu@qq.com", "email", "wang.xiu@qq.com"),
        ("客户: 邮箱是wangxiu88艾特163点com", "email", "wangxiu88艾特163点com"),
        ("客户: 微信号wxid_8x9y0z", "wechat", "wxid_8x9y0z"),
        ("客户: QQ三八二九零一一四七", "qq", "三八二九零一一四七"),
        ("客户: 我车牌鲁A12K89", "plate", "鲁A12K89"),
        ("客户: 京N八八幺二三", "plate", "京N八八幺二三"),
        ("客户: 我叫王秀兰", "name", "王秀兰"),
        ("客户: 收货人写欧阳玉芬", "name", "欧阳玉芬"),
        ("坐席: 是吴晓东先生吗", "name", "吴晓东"),
        ("客户: 送到和平路一百二十号幸福小区三号楼", "address", "和平路一百二十号幸福小区三号楼"),
        ("客户: 我家住李集村十二组八号", "address", "李集村十二组八号"),
    ],
)
def test_found(text: str, kind: str, piece: str) -> None:
    assert found(text) == [(kind, piece)]


@pytest.mark.parametrize(
    "text",
    [
        "坐席: 工号八零零幺为您服务",
        "坐席: 您好我是李明，工号八零零幺",
        "坐席: 请拨打四零零八零零一二八零",
        "坐席: 有问题打九五五幺八",
        "坐席: 订单号二零二六一一二零零零零三五",
        "坐席: 单号七七三零零一八二二六六四一二零",
        "坐席: 一共一千二百八十块，送两个保温杯",
        "坐席: 尾号五六七八的手机对吗",
        "客户: 我姓王",
        "坐席: 王女士您好，张师傅明天到",
        "客户: 我在河北石家庄，老家张家口的",
        "客户: 高血压十几年了，一百五六十",
        "客户: 十二号能到吗，五楼能送吗",
        "客户: 二零二六年十月二十号买的",
        "客户: 要三个八的那个",
        "坐席: 我们公司在杭州市西湖区文三路三百九十号",
        "坐席: 批号二零二六零九一五零零一",
        "客户: 我叫什么不重要",
        "客户: 一三八的号你给我留一个",
    ],
)
def test_not_personal(text: str) -> None:
    assert found(text) == []


PIECES = """
坐席: 您的电话是？
客户: 幺三九
坐席: 幺三九
客户: 零零零六
坐席: 零零零六
客户: 五八二四
坐席: 五八二四，对吧
"""


def test_a_number_read_out_in_pieces_with_its_repeats() -> None:
    assert [piece for _, piece in found(PIECES)] == [
        "幺三九",
        "幺三九",
        "零零零六",
        "零零零六",
        "五八二四",
        "五八二四",
    ]
    assert {kind for kind, _ in found(PIECES)} == {"mobile"}


def test_pieces_in_mono() -> None:
    mono = PIECES.replace("坐席", "未知").replace("客户", "未知")
    assert len(found(mono)) == 6


def test_pieces_after_a_mistake_begin_anew() -> None:
    text = """
坐席: 手机号您报一下
客户: 幺三九零零
客户: 哎不对
客户: 幺三七零零
坐席: 嗯幺三七零零
客户: 零六
客户: 八二四二
"""
    assert {"幺三七零零", "零六", "八二四二"} <= {piece for _, piece in found(text)}


def test_an_unfinished_number_after_the_question() -> None:
    text = "坐席: 电话多少\n客户: 幺三九零\n坐席: 嗯\n客户: 零零六五\n坐席: 喂？"
    assert [piece for _, piece in found(text)] == ["幺三九零", "零零六五"]
    assert found(text.replace("电话多少", "几点到")) == []


def test_amounts_between_do_not_belong_to_the_number() -> None:
    text = PIECES + "客户: 一千二百八对吧\n坐席: 对，活动三一八到十二号\n"
    assert len(found(text)) == 6


def test_identity_number_in_pieces_with_and_without_its_checksum() -> None:
    text = "坐席: 身份证号报一下\n客户: 四三零一零二\n客户: 二零零六零八幺五\n客户: 零零三{last}"
    right = find_personal_data(dialogue(text.format(last="七"))[1], EVERYTHING)
    misheard = find_personal_data(dialogue(text.format(last="八"))[1], EVERYTHING)
    assert {(one.pattern, one.checksum) for one in right} == {("id_number_in_pieces", True)}
    assert {(one.pattern, one.checksum) for one in misheard} == {("id_number_unfinished", None)}
    assert min(one.score for one in right) > max(one.score for one in misheard)
    assert found(text.format(last="八").replace("身份证号", "册子编号")) == []


def test_context_lifts_and_lowers() -> None:
    plain, cued = one("客户: 13800001234"), one("客户: 电话13800001234")
    assert cued.score > plain.score
    assert (plain.context, cued.context) == ("", "电话")
    assert cued.pattern == "mobile_11"
    assert found("坐席: 编号13800001234") == []


def test_checksums_lift_and_lower() -> None:
    good, bad = one("客户: 卡号6222021200000000005"), one("客户: 卡号6222021200000000006")
    assert (good.checksum, bad.checksum) == (True, False)
    assert good.score > bad.score
    assert found("客户: 6222021200000000006") == []


def test_names_are_found_again_wherever_they_are_said() -> None:
    text = "坐席: 收货人姓名\n客户: 赵桂兰\n坐席: 赵桂兰阿姨您好\n客户: 桂花的桂，兰花的兰"
    assert [piece for _, piece in found(text)] == ["赵桂兰", "赵桂兰", "桂花的桂，兰花的兰"]


def test_an_agents_name_is_never_masked() -> None:
    text = "坐席: 我叫周敏\n客户: 周敏你好，我叫周敏华\n坐席: 周敏华女士您好"
    assert [piece for _, piece in found(text)] == ["周敏华", "周敏华"]


def test_the_policy_narrows_the_search() -> None:
    text = "客户: 我叫王秀兰，电话13800001234"
    assert [kind for kind, _ in found(text, PrivacyPolicy(kinds=(PersonalKind.name,)))] == ["name"]
    assert found(text, PrivacyPolicy(threshold=0.99)) == []
    company = PrivacyPolicy(company_numbers=("幺三八零零零零幺二三四",))
    assert [kind for kind, _ in found(text, company)] == ["name"]
    assert found("客户: 地址是和平路十二号三号楼", PrivacyPolicy(places=("和平路",))) == []


def test_own_cues_of_a_centre() -> None:
    assert found("客户: 户头王秀兰") == []
    assert found("客户: 户头王秀兰", PrivacyPolicy(name_cues=("户头",))) == [("name", "王秀兰")]


def test_the_span_to_mute_has_a_margin_and_stays_inside_the_call() -> None:
    text = "客户: 我电话13800001234嗯好"
    _, transcript = dialogue(text)
    found_one = find_personal_data(transcript, PrivacyPolicy(mute_margin=100))[0]
    assert (found_one.span.start, found_one.span.end) == (3 * MS - 100, 14 * MS + 100)
    at_end = find_personal_data(dialogue("客户: 13800001234")[1], PrivacyPolicy(mute_margin=100))[0]
    assert (at_end.span.start, at_end.span.end) == (0, 11 * MS)


def test_an_empty_call() -> None:
    transcript = dialogue("客户: 好")[1].replace(turns=())
    assert find_personal_data(transcript, EVERYTHING) == ()


def test_both_parties_may_say_it() -> None:
    for party in Party:
        name = {"agent": "坐席", "customer": "客户", "unknown": "未知"}[party]
        assert found(f"{name}: 电话13800001234")[0][0] == "mobile"
