//! What a project's funding plan amounts to.

use domain::follow_up::funding::Totals;
use serde::Serialize;
use utoipa::ToSchema;

/// What the lines of a funding plan amount to, in cents.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct FundingTotals {
    /// What the project costs, where it says.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 0)]
    budget_cents: Option<i64>,
    /// What the lines ask for in all, whatever came of it.
    #[schema(minimum = 0)]
    sought_cents: i64,
    /// What was granted.
    #[schema(minimum = 0)]
    granted_cents: i64,
    /// What was asked for and not granted, where it was decided.
    #[schema(minimum = 0)]
    refused_cents: i64,
    /// What is still to find: the budget without what was granted, and nothing once that is enough.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 0)]
    to_find_cents: Option<i64>,
}

impl FundingTotals {
    /// These totals against that budget.
    pub(crate) fn of(totals: Totals, budget_cents: Option<i64>) -> Self {
        Self {
            budget_cents,
            sought_cents: totals.sought_cents,
            granted_cents: totals.granted_cents,
            refused_cents: totals.refused_cents,
            to_find_cents: budget_cents.map(|budget| totals.to_find_cents(budget)),
        }
    }
}
