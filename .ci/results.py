"""Adds up the .trx files of a test run, and finds what a sum would hide: a project without results, a skipped test, a crash."""
import argparse
import pathlib
import re
import sys
import xml.etree.ElementTree as xml

# How a key, or a user's password, is written in a test. A malformed key, such as "mxgw_a_", has nothing to hide.
PLANTED = re.compile(r'mxgw_\w+_[\w{]|MxCredentials\b.*\("[^"]*", "|"password"\]?\s*[:=]\s*"')
NO_LIVE_CHECK = "and is no live check (a test of a class named Live...Checks)"
TRX = "{http://microsoft.com/schemas/VisualStudio/TeamTest/2010}"


class Project:
    """The results of one test project."""

    def __init__(self, name, file):
        self.name = name
        root = xml.parse(file).getroot()
        self.results = root.findall(f"{TRX}Results/{TRX}UnitTestResult")
        summary = root.find(f"{TRX}ResultSummary")
        self.outcome = summary.get("outcome")
        self.errors = [text(info) for info in summary.iter(f"{TRX}RunInfo") if info.get("outcome") == "Error"]

    def with_outcome(self, *outcomes):
        return [result for result in self.results if result.get("outcome") in outcomes]

    @property
    def passed(self):
        return self.with_outcome("Passed")

    @property
    def skipped(self):
        return self.with_outcome("NotExecuted")

    @property
    def failed(self):
        """Whatever neither passed nor was skipped."""
        return [result for result in self.results if result.get("outcome") not in ("Passed", "NotExecuted")]


def text(element):
    return " ".join("".join(element.itertext()).split())


def is_live(test):
    """A check of a real gateway: a test of a class named Live...Checks, such as LiveChecks. Traits are not in the result files.

    >>> is_live("MxGateway.Typed.Tests.LiveChecks.A_tag_is_read")
    True
    >>> is_live("MxGateway.Typed.Tests.LiveWriteChecks.A_write_is_told(value: 1.5)")
    True
    >>> is_live("MxGateway.Typed.Tests.LiveCountsTests.Counts_are_zero")
    False
    >>> is_live("MxGateway.Typed.Tests.LivelyChecks.A_tag_is_read")
    False
    >>> is_live("MxGateway.Typed.Tests.TagTests.A_Live_value(class: Tests.LiveChecks.Other)")
    False
    """
    return bool(re.search(r"(^|[.+])Live([A-Z]\w*)?Checks\.\w+$", test.split("(")[0]))


def read(folder, tests, problems):
    """The results of every test project there is; each that has none is a problem."""
    for project in sorted(tests.rglob("*.Tests.csproj")):
        try:
            yield Project(project.stem, folder / f"{project.stem}.trx")
        except FileNotFoundError:
            problems.append(f"{project.stem}: there are no results; it was not built, or its run ended early")
        except (xml.ParseError, AttributeError) as error:
            problems.append(f"{project.stem}: the results cannot be read: {error}")


def read_live(file, exit_code, problems):
    """The results of the live checks; where there are none, that is a problem."""
    try:
        project = Project("live checks", file)
    except FileNotFoundError:
        problems.append("live checks: there are no results; they did not run, or their run ended early")
        return
    except (xml.ParseError, AttributeError) as error:
        problems.append(f"live checks: the results cannot be read: {error}")
        return
    if exit_code != 0 and not project.failed:
        problems.append(f"live checks: the test command ended with exit code {exit_code}")
    problems.extend(f"live checks: {result.get('testName')} was skipped" for result in project.skipped)
    yield project


def told_secrets(secret, output, files, problems):
    """The suite's keys and passwords hold one word, and nothing that it writes may hold it: no line of its output, and no result file.

    >>> import tempfile
    >>> folder = pathlib.Path(tempfile.mkdtemp())
    >>> (folder / "out").write_text("fine\\nfailed with mxgw_a_hush\\n") and (folder / "a.trx").write_text("fine") and None
    >>> problems = []
    >>> told_secrets("hush", folder / "out", [folder / "a.trx"], problems)
    >>> problems
    ['out, line 2: the output holds a planted secret']
    >>> told_secrets("hush", folder / "none", [], problems := [])
    >>> problems
    ['none: there is no output to look for secrets in']
    """
    for file in [output, *files]:
        try:
            lines = file.read_text(encoding="utf-8", errors="replace").splitlines()
        except FileNotFoundError:
            problems.append(f"{file.name}: there is no output to look for secrets in")
            continue
        problems.extend(f"{file.name}, line {number}: the output holds a planted secret" for number, line in enumerate(lines, 1) if secret in line)


def unplanted_secrets(secret, tests, problems):
    """Each key and password in a test's source holds the word, or what leaks would not be found.

    Exceptions: the data of a theory, [InlineData(...)], as it stands in the test's name and so in the results; and {Secret}, where the file says that it is the word.

    >>> import tempfile
    >>> folder = pathlib.Path(tempfile.mkdtemp())
    >>> lines = ['"mxgw_a_hush"', '"mxgw_a_other"', 's_ann = new MxCredentials("ann", "pw")', '"password": "pw"', '[InlineData("mxgw_a_b")]', '"mxgw_a_"']
    >>> (folder / "a.cs").write_text("\\n".join(lines)) and (folder / "b.cs").write_text('$"mxgw_a_{Secret}"') and None
    >>> (folder / "c.cs").write_text('const string Secret = "hush";\\n$"mxgw_a_{Secret}"') and None
    >>> unplanted_secrets("hush", folder, problems := [])
    >>> [problem.split(":")[0] for problem in problems]
    ['a.cs, line 2', 'a.cs, line 3', 'a.cs, line 4', 'b.cs, line 1']
    """
    for file in sorted(tests.rglob("*.cs")):
        if {"bin", "obj"} & set(file.relative_to(tests).parts):
            continue
        source = file.read_text(encoding="utf-8-sig")
        known = [secret, "[InlineData("] + (["{Secret}"] if f'Secret = "{secret}' in source else [])
        problems.extend(
            f"{file.relative_to(tests)}, line {number}: a key or password without the word {secret}: a leak of it would not be found"
            for number, line in enumerate(source.splitlines(), 1)
            if PLANTED.search(line) and not any(word in line for word in known)
        )


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--results", type=pathlib.Path, required=True, help="where the .trx files are")
    parser.add_argument("--tests", type=pathlib.Path, required=True, help="where the test projects are")
    parser.add_argument("--exit-code", type=int, required=True, help="how the test command ended")
    parser.add_argument("--live", type=pathlib.Path, required=True, help="the .trx file of the live checks, run by themselves")
    parser.add_argument("--live-exit-code", type=int, required=True, help="how the command of the live checks ended")
    parser.add_argument("--output", type=pathlib.Path, required=True, help="all that the test commands wrote")
    parser.add_argument("--secret", required=True, help="the word in the tests' keys and passwords, which no output may hold")
    parser.add_argument("--problem", action="append", default=[], help="something else that is wrong")
    asked = parser.parse_args()

    problems = asked.problem
    projects = list(read(asked.results, asked.tests, problems))
    told_secrets(asked.secret, asked.output, sorted(asked.results.rglob("*.trx")), problems)
    unplanted_secrets(asked.secret, asked.tests, problems)
    live = list(read_live(asked.live, asked.live_exit_code, problems))
    ran = {result.get("testName") for project in live for result in project.passed + project.failed}
    for project in projects:
        for result in project.skipped:
            name = result.get("testName")
            # The live checks have a run of their own; there, each of them runs.
            if is_live(name) and name in ran:
                continue
            print(f"skipped {project.name}: {name}: {text(result) or 'no reason given'}")
            problems.append(f"{project.name}: {name} was skipped, {'by the live checks too' if is_live(name) else NO_LIVE_CHECK}")
    projects += live
    for project in projects:
        if not project.passed and not project.failed:
            problems.append(f"{project.name}: no test ran")
        if project.outcome not in ("Completed", "Passed") and not project.failed:
            problems.append(f"{project.name}: the run was {project.outcome}: {' '.join(project.errors)[:300]}")

    passed = sum(len(project.passed) for project in projects)
    failed = sum(len(project.failed) for project in projects)
    if asked.exit_code != 0 and failed == 0 and not problems:
        problems.append(f"the test command ended with exit code {asked.exit_code}")
    for project in projects:
        for result in project.failed:
            print(f"failed {project.name}: {result.get('testName')}")
    for problem in problems:
        print(f"problem {problem}")
    # What is wrong beside the tests counts too: the last line never looks better than the run was.
    print(f"{passed} passed, {failed + len(problems)} failed", flush=True)
    sys.exit(0 if asked.exit_code == 0 and failed == 0 and not problems and passed > 0 else 1)


if __name__ == "__main__":
    main()
