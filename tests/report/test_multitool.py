"""SARIF files under Microsoft's validator, with GitHub's rules: no error, no warning.

npm has it: `npm install --no-save @microsoft/sarif-multitool` in the repository, or elsewhere, and then
`MULTITOOL=FOLDER/node_modules/@microsoft/sarif-multitool-linux/Sarif.Multitool`. npm's own wrapper hands
`Sarif;Gh` to a shell, which takes it for two commands: so its program is called without it.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import msgspec
import pytest

from lwslint.model.outcome import Outcome, Silencer, Suppressed
from lwslint.report import ReportOptions, render

NAME = "Sarif.Multitool"
_PACKAGE = Path("node_modules/@microsoft/sarif-multitool-linux", NAME)
GITHUB = (
    "GH1001.ProvideRequiredLocationProperties",
    "GH1002.InlineThreadFlowLocations",
    "GH1003.ProvideRequiredRegionProperties",
    "GH1004.ReviewArraysThatExceedConfigurableDefaults",
    "GH1005.LocationsMustBeRelativeUrisOrFilePaths",
    "GH1006.ProvideCheckoutPath",
    "GH1007.ProvideFullyFormattedMessageStrings",
)


def _validator() -> str | None:
    """The validator: the one that MULTITOOL names, or one on the PATH or in the repository's node_modules."""
    installed = Path(__file__).parents[2] / _PACKAGE
    return (
        os.environ.get("MULTITOOL") or shutil.which(NAME) or (str(installed) if installed.is_file() else None)
    )


@pytest.mark.skipif(
    _validator() is None,
    reason="no sarif-multitool here: npm install @microsoft/sarif-multitool, or MULTITOOL=FILE",
)
@pytest.mark.parametrize("sample", ["story", "hostile", "clean", "compared"])
def test_no_error_and_no_warning(request: pytest.FixtureRequest, tmp_path: Path, sample: str) -> None:
    outcome: Outcome = request.getfixturevalue("story" if sample == "compared" else sample)
    if sample == "compared":
        known = Suppressed(outcome.findings[0], "in the baseline", Silencer.BASELINE)
        outcome = msgspec.structs.replace(
            outcome, findings=outcome.findings[1:], suppressed=(known,), compared=True
        )
    (tmp_path / "in.sarif").write_text(render("sarif", outcome, ReportOptions(show_suppressed=True)))
    switched_on = {f"{rule}.Options": {"RuleEnabled": "Error"} for rule in GITHUB}
    (tmp_path / "rules.json").write_text(json.dumps(switched_on))
    command = [str(_validator()), "validate", "in.sarif", "-o", "out.sarif", "--log", "ForceOverwrite"]
    command += ["--rule-kind", "Sarif;Gh", "--config", "rules.json"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=300, check=False)
    # Its exit status is 0 whatever it finds.
    assert (tmp_path / "out.sarif").is_file(), done.stdout + done.stderr
    (run,) = json.loads((tmp_path / "out.sarif").read_text("utf-8-sig"))["runs"]
    found = [(one["ruleId"], one.get("level", "warning")) for one in run.get("results", [])]
    assert [one for one in found if one[1] in ("error", "warning")] == []
    assert not any(one.get("toolExecutionNotifications") for one in run.get("invocations", []))
