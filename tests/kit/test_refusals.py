from prakerja.kit.refusals import Code


class OrderCode(Code):
    OK = "ok"
    SOLD_OUT = "sold_out"


def test_everything_but_ok_is_a_refusal() -> None:
    assert not OrderCode.OK.is_refusal
    assert OrderCode.SOLD_OUT.is_refusal


def test_a_code_is_its_text() -> None:
    assert OrderCode("sold_out") == "sold_out"
    assert f"{OrderCode.SOLD_OUT}" == "sold_out"
