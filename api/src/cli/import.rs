//! `import`: the same as over HTTP, for whoever sits at the machine; also while the service runs.

use std::fs::File;
use std::path::Path;
use std::process::ExitCode;

use domain::imports::{Import, ImportFormat, ImportProblem, ImportState, Outcome, Run, Tally};
use domain::kernel::Vocabulary;
use indicatif::{ProgressBar, ProgressStyle};
use persistence::imports::{Remark, ReportLine};
use persistence::{Act, Store, Total};

use super::{Failure, print, say};
use crate::config::Settings;
use crate::imports::{self, Export, Options};

/// How many lines of the report are read at once.
const LINES_A_PAGE: u64 = 200;

pub(super) async fn run(
    settings: &Settings,
    path: &Path,
    options: Options,
) -> Result<ExitCode, Failure> {
    let (file, export, records) = checked(path).await?;
    let store = crate::server::open_store(
        settings,
        persistence::Clock::System,
        persistence::Schema::Migrate,
    )
    .await?;
    let act = Act::system("import", uuid::Uuid::nil());
    let begun = imports::begin(&store, act.clone(), export, options).await?;
    let bar = progress_bar(records)?;
    let progress = |tally: &Tally| bar.set_position(tally.records.into());
    let ended = imports::run(&store, act, begun, file, progress).await?;
    bar.finish_and_clear();
    print_remarks(&store, &ended).await?;
    print_summary(&ended);
    persistence::audit::seal(&store).await?;
    store.close().await;
    let all_came_in = ended.state == ImportState::Done && ended.tally.refused == 0;
    Ok(if all_came_in {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// The file, what it is, and how many records it has: what can't be read to its end is not begun.
async fn checked(path: &Path) -> Result<(File, Export, u32), Failure> {
    let name = path.display().to_string();
    let named = move |error: std::io::Error| format!("{name}: {error}");
    let file = File::open(path).map_err(named)?;
    let ending = path.extension().map(|ending| ending.to_ascii_lowercase());
    let is_calendar = ending.is_some_and(|ending| ending == "ics" || ending == "ical");
    let said = is_calendar.then_some(ImportFormat::Icalendar);
    let looked = tokio::task::spawn_blocking(move || {
        let looked = imports::check_format(&file, said);
        (file, looked)
    });
    let (file, looked) = looked.await?;
    match looked {
        Ok((format, summary)) => Ok((file, Export::of_file(format), summary.records)),
        Err(error) => {
            let (_, english) = imports::problem_words(&imports::problem_of(&error));
            Err(format!("{}: {english}", path.display()).into())
        }
    }
}

/// It draws itself on a terminal only.
fn progress_bar(records: u32) -> Result<ProgressBar, Failure> {
    let style = "{bar:40} {pos}/{len} records, {eta} left";
    let bar = ProgressBar::new(records.into());
    bar.set_style(ProgressStyle::with_template(style)?);
    Ok(bar)
}

async fn print_remarks(store: &Store, import: &Import) -> Result<(), Failure> {
    let mut after = None;
    loop {
        let snapshot = store.read_current().await?;
        let page = persistence::imports::records(
            &snapshot,
            import.id,
            &[],
            after,
            LINES_A_PAGE,
            Total::Untold,
        );
        let (lines, _) = page.await?;
        let Some(last) = lines.last() else {
            return Ok(());
        };
        after = Some(last.position);
        for line in &lines {
            line.warnings
                .iter()
                .for_each(|remark| print_remark("warning", line, remark));
            line.errors
                .iter()
                .for_each(|remark| print_remark("error", line, remark));
        }
    }
}

fn print_remark(kind: &str, line: &ReportLine, remark: &Remark) {
    let source_id = line.source_id.as_deref().unwrap_or("-");
    let Remark { code, english, .. } = remark;
    print(&format!(
        "record {} ({source_id}): {kind} {code}: {english}",
        line.position
    ));
}

fn print_summary(import: &Import) {
    let Tally {
        records,
        timings,
        created,
        updated,
        unchanged,
        refused,
    } = import.tally;
    for (name, count) in [
        ("records", records),
        ("timings", timings),
        (Outcome::Created.word(), created),
        (Outcome::Updated.word(), updated),
        (Outcome::Unchanged.word(), unchanged),
        (Outcome::Refused.word(), refused),
    ] {
        print(&format!("{name:<10} {count:>8}"));
    }
    if import.run == Run::Dry {
        say("A dry run: nothing was changed.");
    }
    if let Some(problem) = &import.problem {
        say(&ended_by(problem));
    }
}

fn ended_by(problem: &ImportProblem) -> String {
    let (_, english) = imports::problem_words(problem);
    format!("The import did not come to its end. {english}")
}
