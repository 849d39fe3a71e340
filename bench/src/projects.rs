//! Projects in batches of 500, against one create after another by one client.

use std::cell::RefCell;
use std::time::Instant;

use serde_json::{Value, json};

use crate::Outcome;
use crate::load::{Connection, request};
use crate::setting::{Setting, remove};
use crate::table::{Goal, Row, in_turns, per_second};

/// As many as a batch takes.
const BATCH: usize = 500;

/// The row.
pub(crate) fn batches(setting: &Setting) -> Outcome<()> {
    let work = "batch of 500 projects";
    if !setting.options.wants(work) {
        return Ok(());
    }
    let (place, service, password) = setting.beside("projects", std::iter::empty())?;
    let mut there = There {
        connection: Connection::open(service.address)?,
        token: service.sign_in(&password)?,
        organisation: String::new(),
        made: 0,
    };
    let holder = json!({ "name": "Compagnons", "kind": "association" });
    let holder = there.ask("/v1/organisations", &holder, 201)?;
    there.organisation = holder["id"].as_str().ok_or("no id")?.to_owned();
    let there = RefCell::new(there);
    let lasting = setting.options.lasting();
    let pair = in_turns(
        setting.options.runs,
        || there.borrow_mut().batch(),
        || {
            let mut there = there.borrow_mut();
            let (begun, mut done) = (Instant::now(), 0_u32);
            while begun.elapsed() < lasting {
                let project = there.project();
                there.ask("/v1/projects", &project, 201)?;
                done += 1;
            }
            Ok(f64::from(done) / begun.elapsed().as_secs_f64())
        },
    )?;
    setting.row(&Row {
        work: work.to_owned(),
        figure: per_second(pair.ours),
        compared: format!("one by one: {}", per_second(pair.theirs)),
        ratio: pair.ratio,
        goal: Goal::AtLeast(10.0),
    })?;
    service.stop()?;
    setting.runtime.block_on(remove(&setting.options, &place))
}

/// Whoever submits.
struct There {
    connection: Connection,
    token: String,
    organisation: String,
    made: usize,
}

impl There {
    fn project(&mut self) -> Value {
        self.made += 1;
        let number = self.made;
        json!({
            "organisation_id": self.organisation, "reference": format!("lot/{number}"),
            "title": format!("Une recyclerie mobile, {number}"),
            "summary": "Un camion-atelier qui passe chaque mois dans douze communes.",
            "description": "On y dépose, on y répare, on en repart avec autre chose.",
            "theme": "circular_economy", "commune_codes": ["54329", "54039"],
            "budget_cents": 4_850_000,
        })
    }

    /// So many projects a second.
    fn batch(&mut self) -> Outcome<f64> {
        let items: Vec<_> = (0..BATCH).map(|_| self.project()).collect();
        let begun = Instant::now();
        let done = self.ask("/v1/projects/batch", &json!({ "items": items }), 200)?;
        let took = begun.elapsed().as_secs_f64();
        let items = done["items"].as_array().ok_or("no items")?;
        let made = items.iter().filter(|item| item["status"] == 201).count();
        match made == BATCH {
            true => Ok(f64::from(u32::try_from(made)?) / took),
            false => Err(format!("{made} of {BATCH} were made").into()),
        }
    }

    fn ask(&mut self, path: &str, body: &Value, status: u16) -> Outcome<Value> {
        let headers = [
            ("authorization", self.token.as_str()),
            ("content-type", "application/json"),
        ];
        let asked = request("POST", path, &headers, body.to_string().as_bytes());
        let reply = self.connection.ask(&asked)?.expect(status)?;
        Ok(serde_json::from_slice(&reply.body)?)
    }
}
