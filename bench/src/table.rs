//! The table: what is measured twice in turns, and how it is told.

use crate::Outcome;

/// What is wanted of a ratio.
#[derive(Clone, Copy)]
pub(crate) enum Goal {
    AtLeast(f64),
    AtMost(f64),
}

impl Goal {
    fn is_met(self, ratio: f64) -> bool {
        match self {
            Self::AtLeast(least) => ratio >= least,
            Self::AtMost(most) => ratio <= most,
        }
    }
}

/// A row of the table.
pub(crate) struct Row {
    pub(crate) work: String,
    pub(crate) figure: String,
    pub(crate) compared: String,
    pub(crate) ratio: f64,
    pub(crate) goal: Goal,
}

impl Row {
    /// The row as it stands in the table.
    pub(crate) fn line(&self) -> String {
        let goal = match self.goal {
            Goal::AtLeast(least) => format!("≥ {least:.2}"),
            Goal::AtMost(most) => format!("≤ {most:.2}"),
        };
        let met = if self.goal.is_met(self.ratio) {
            "met"
        } else {
            "**not met**"
        };
        format!(
            "| {} | {} | {} | {:.2} | {goal} | {met} |",
            self.work, self.figure, self.compared, self.ratio
        )
    }
}

pub(crate) const HEAD: &str =
    "| work | figure | compared with | ratio | goal | |\n|---|---|---|---|---|---|";

/// Two rates that were measured in turns.
pub(crate) struct Pair {
    pub(crate) ours: f64,
    pub(crate) theirs: f64,
    /// The median of the ratios of neighbours: what else the machine does meanwhile slows both.
    pub(crate) ratio: f64,
}

/// Measures both in turns; the first turn is to get warm and doesn't count.
pub(crate) fn in_turns(
    runs: usize,
    mut ours: impl FnMut() -> Outcome<f64>,
    mut theirs: impl FnMut() -> Outcome<f64>,
) -> Outcome<Pair> {
    let mut pairs = Vec::with_capacity(runs);
    for run in 0..=runs {
        let pair = (ours()?, theirs()?);
        if run > 0 {
            pairs.push(pair);
        }
    }
    let of = |value: fn(&(f64, f64)) -> f64| median(pairs.iter().map(value).collect());
    Ok(Pair {
        ours: of(|pair| pair.0),
        theirs: of(|pair| pair.1),
        ratio: of(|pair| pair.0 / pair.1),
    })
}

pub(crate) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

/// A rate as people read it.
pub(crate) fn per_second(rate: f64) -> String {
    let whole = format!("{rate:.0}");
    let mut told = String::new();
    for (place, digit) in whole.chars().enumerate() {
        if place > 0 && (whole.len() - place).is_multiple_of(3) {
            told.push('\u{202f}');
        }
        told.push(digit);
    }
    told + "/s"
}
