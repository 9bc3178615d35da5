"""The command debate: put claims about landscapes to the test, each by a study that comes with the program."""

import shlex
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from agents.errors import UserError
from render.commands.common import Grouped, Playing, answer
from render.commands.workers import Workers
from render.progress import progress
from render.studies import QUICK, debate_files


@dataclass(frozen=True, kw_only=True)
class Debate(Playing):
    """Put claims about landscapes to the test: learn all runs, measure them, and write a page of verdicts.

    The same command continues a debate that was stopped.
    """

    out: Path
    """The folder for the page, for the pages of all studies, and for the runs that they share."""
    claims: str = ""
    """The numbers of the claims to test, such as 1,2,7; by default all. The page keeps those tested before."""
    quick: bool = False
    """Use fewer and shorter runs, mazes and samples, for a first look."""
    dry_run: bool = False
    """Only print how many runs and tasks there are, and about how many hours they take, also for each study."""
    csv: bool = False
    """Also write the table of each study as a CSV file."""
    workers: Grouped[Workers] = field(default_factory=Workers)

    def __call__(self) -> None:
        """Conduct the studies."""
        from render.page.report_debate import report_debate
        from sim.study.debate import debate_cost, plan_debate, with_finished
        from sim.study.study_file import read_study

        executor = self.workers.executor(self.machine)
        wanted = self._files()
        debate = plan_debate([read_study(path, quick=self.quick) for path in wanted], self.out)
        if self.dry_run:
            answer(debate_cost(debate, self.machine.thread_count), self.json)
            return
        others = [path for some in debate_files().values() for path in some if path not in wanted]
        debate = with_finished(debate, [read_study(path, quick=self.quick) for path in others])
        with progress("debating", 1.0) as advance:
            result = report_debate(
                debate,
                executor=executor,
                csv=self.csv,
                command=self._command,
                remark=QUICK if self.quick else "",
                progress=advance,
            )
        answer(result, self.json)

    def _files(self) -> list[Path]:
        """The files of the claims that are asked for. Raises UserError for other numbers."""
        files = debate_files()
        wanted = [each.strip() for each in self.claims.split(",") if each.strip()] or [str(at) for at in files]
        for each in wanted:
            if not each.isdecimal() or int(each) not in files:
                raise UserError(f"there is no claim {each!r}; choose from {', '.join(map(str, files))}")
        return [path for at in dict.fromkeys(map(int, wanted)) for path in files[at]]

    def _command(self, claims: Collection[int]) -> str:
        """The command line that gives the same numbers of these claims."""
        return shlex.join(["foragescape", "debate", *self._words(claims)])

    def _words(self, claims: Collection[int]) -> Iterator[str]:
        yield from ("--out", str(self.out))
        yield from ("--claims", ",".join(map(str, claims))) if set(claims) != set(debate_files()) else ()
        yield from ("--quick",) * self.quick
