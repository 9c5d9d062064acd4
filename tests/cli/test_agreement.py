"""Signing offline: the key stays, only the canonical form is signed, the signature is one that the programme takes."""

import json
import stat
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from prakerja.cli import agreement
from prakerja.cli._errors import CommandError
from prakerja.partners.contracts import NO_TERMS, AgreementText, canonical_agreement, signature_is_right

RUN = CliRunner()


@pytest.fixture
def text(tmp_path: Path) -> Path:
    canonical = canonical_agreement(
        AgreementText(
            proposal_id="p",
            version=1,
            platform={"code": "tokopedia", "name": "Tokopedia", "kind": "private"},
            institution={"code": "lpk-maju", "name": "LPK Maju", "kind": "private"},
            fee_scheme={"kind": "share", "commission_bp": 1000},
            terms=NO_TERMS,
            cap_bp=1500,
            regime_version="second",
            valid_from=date(2020, 9, 1),
            valid_until=None,
        )
    )
    path = tmp_path / "agreement-p.json"
    path.write_text(canonical, encoding="utf-8")
    return path


def run(*arguments: object) -> str:
    result = RUN.invoke(agreement.app, [str(one) for one in arguments])
    if isinstance(result.exception, CommandError):
        return str(result.exception)
    assert result.exception is None, result.exception
    return result.output


def test_a_key_is_its_owners_alone_and_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "key.json"
    printed = run("new-key", path)
    content = json.loads(path.read_text())
    assert content["public_key"] in printed
    assert content["private_key"] not in printed
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert "never overwritten" in run("new-key", path)
    assert json.loads(path.read_text()) == content


def test_signs_what_the_programme_takes(tmp_path: Path, text: Path) -> None:
    key = tmp_path / "key.json"
    run("new-key", key)
    shown = run("sign", text, "--key", key)
    assert "Tokopedia" in shown
    assert "LPK Maju" in shown
    made = json.loads((tmp_path / "agreement-p.sig.json").read_text())
    public_key, signature = bytes.fromhex(made["public_key"]), bytes.fromhex(made["signature"])
    assert signature_is_right(public_key, text.read_text(), signature)
    assert f"signed by {made['public_key']}" in run("verify", text, tmp_path / "agreement-p.sig.json")


def test_signs_nothing_but_an_untouched_agreement(tmp_path: Path, text: Path) -> None:
    key = tmp_path / "key.json"
    run("new-key", key)
    run("sign", text, "--key", key)
    signature = tmp_path / "agreement-p.sig.json"
    content = json.loads(text.read_text())
    text.write_text(json.dumps(content, indent=2))
    assert "not in its canonical form" in run("sign", text, "--key", key)
    content["fee_scheme"]["commission_bp"] = 1
    text.write_text(json.dumps(content, sort_keys=True, separators=(",", ":")))
    assert "the signature is not of this text" in run("verify", text, signature)
    text.write_text('{"document":"letter"}')
    assert "is no agreement" in run("sign", text, "--key", key)
    text.write_text("nothing")
    assert "is no agreement" in run("sign", text, "--key", key)
    assert "cannot read" in run("sign", tmp_path / "missing.json", "--key", key)


def test_refuses_what_is_no_key_or_signature(tmp_path: Path, text: Path) -> None:
    other = tmp_path / "other.json"
    for content in ("x", "{}", '{"format": "ssh"}', '{"format": "prakerja-agreement-key-1", "private_key": "00"}'):
        other.write_text(content)
        assert "is no key" in run("sign", text, "--key", other)
    assert "is no signature file" in run("verify", text, other)
    assert "cannot read" in run("sign", text, "--key", tmp_path / "missing.json")
