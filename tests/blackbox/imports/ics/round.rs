//! Out as `.ics` and in again into an empty service: nothing changed, nothing doubled. What must
//! differ: the stamps (`DTSTAMP`, `CREATED`, `LAST-MODIFIED`), `SEQUENCE`, which counts the changes
//! made here, and the event's id in `X-CONCERTATION-EVENT`.

use std::collections::BTreeSet;

use super::*;

const WINDOW: &str = "/v1/calendar.ics?start=2026-01-01&end=2029-01-01";

/// The lines that may differ.
const STAMPS: [&str; 5] = [
    "DTSTAMP:",
    "CREATED:",
    "LAST-MODIFIED:",
    "SEQUENCE:",
    "X-CONCERTATION-EVENT:",
];

/// The entries of a calendar, what may differ left out of them.
fn entries(calendar: &str) -> BTreeSet<String> {
    let entries = calendar.split("BEGIN:VEVENT\r\n").skip(1);
    let plain = |entry: &str| {
        let lines = entry.lines().take_while(|line| *line != "END:VEVENT");
        let lines = lines.filter(|line| !STAMPS.iter().any(|stamp| line.starts_with(stamp)));
        lines.collect::<Vec<_>>().join("\n")
    };
    entries.map(plain).collect()
}

/// The calendar of a service, as if each answered at the same address.
async fn feed(app: &App) -> String {
    // A line may be folded in the middle of an address.
    let feed = app
        .get(WINDOW)
        .await
        .expect(200)
        .utf8()
        .replace("\r\n ", "");
    let port = app.base.rsplit(':').next().expect("a port");
    feed.replace(&format!("http://localhost:{port}/"), "http://here.example/")
}

async fn publish(app: &App, staff: &Staff, event: Value) -> Value {
    let made = app.post("/v1/events").by(staff).json(&event).await;
    let id = made.expect(201).body()["id"].as_str().unwrap().to_owned();
    let publish = app.post(&format!("/v1/events/{id}/publish")).by(staff);
    let published = publish.header("If-Match", "*").json(&json!({})).await;
    published.expect(200).body()
}

async fn change(app: &App, staff: &Staff, path: String, body: Value) {
    let call = app.post(&path).by(staff).header("If-Match", "*");
    let _ = call.json(&body).await.expect(200);
}

fn date(start: &str, end: &str) -> Value {
    json!({ "local_start": start, "local_end": end })
}

/// A calendar with something of everything.
async fn fill(app: &App, officer: &Staff) {
    let series: Vec<_> = (1..=7)
        .map(|week| {
            let day = format!("2027-03-{:02}", 4 * week);
            date(&format!("{day}T18:30:00"), &format!("{day}T20:00:00"))
        })
        .collect();
    let workshop = publish(
        app,
        officer,
        json!({
            "title": "Atelier\u{a0}: réparer, ensemble; ou pas", "kind": "workshop",
            "summary": "Venez comme vous êtes.\n\n\nAvec vos objets\u{202f}!",
            "description": "Bien **plus** long.", "tags": ["Réemploi", "à faire, ici"],
            "place": { "name": "Maison du vélo", "address": "12 rue de la République",
                "commune_code": "54329", "latitude": 48.589, "longitude": 6.5 },
            "online_url": "https://visio.example/atelier", "price_note": "Gratuit",
            "organiser_name": "Pays du Lunévillois",
            "contact": { "role": "Accueil", "email": "accueil@petr.example" },
            "occurrences": series,
        }),
    )
    .await;
    let id = |at: usize| {
        workshop["occurrences"][at]["id"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    let path = |at: usize, name: &str| format!("/v1/occurrences/{}/{name}", id(at));
    let reason = json!({ "reason": "La salle est fermée.", "note": "Écrivez-nous." });
    change(app, officer, path(1, "cancel"), reason).await;
    change(
        app,
        officer,
        path(2, "postpone"),
        json!({ "reason": "Grève." }),
    )
    .await;
    let mut to = date("2027-03-13T10:00:00", "2027-03-13T11:30:00");
    to["reason"] = json!("L’animatrice est malade.");
    change(app, officer, path(3, "move"), to).await;

    let talk = publish(app, officer, json!({
        "title": "Conférence à distance", "kind": "other",
        "online_url": "https://visio.example/conference",
        "occurrences": [{ "local_start": "2027-05-01T09:00:00", "local_end": "2027-05-01T10:00:00",
            "time_zone": "America/New_York" }],
    }))
    .await;
    let path = format!("/v1/events/{}/cancel", talk["id"].as_str().unwrap());
    change(
        app,
        officer,
        path,
        json!({ "reason": "L’orateur a raté l’avion." }),
    )
    .await;

    // By night, when the clock changes; elsewhere too, and where there is no clock but UTC.
    let night = |title: &str, start: &str, end: &str, zone: &str| {
        let mut date = date(start, end);
        date["time_zone"] = json!(zone);
        json!({ "title": title, "kind": "outreach", "occurrences": [date] })
    };
    for night in [
        night(
            "Nuit des étoiles",
            "2027-10-30T22:00:00",
            "2027-10-31T02:30:00",
            "Europe/Paris",
        ),
        night(
            "Night of stars",
            "2027-11-07T00:30:00",
            "2027-11-07T01:30:00",
            "America/New_York",
        ),
        night(
            "Veille en ligne",
            "2027-06-01T18:00:00",
            "2027-06-01T19:00:00",
            "UTC",
        ),
        night(
            "Veille du soir",
            "2027-06-02T18:00:00",
            "2027-06-02T19:00:00",
            "Etc/UTC",
        ),
    ] {
        publish(app, officer, night).await;
    }
}

/// Which title is held by which clock.
async fn clocks(app: &App, staff: &Staff) -> BTreeSet<String> {
    let events = all(app, staff, "/v1/events?limit=200&visibility=public").await;
    let clock = |event: &Value| {
        let date = &event["occurrences"][0];
        format!(
            "{} {} {}",
            event["title"], date["local_start"], date["time_zone"]
        )
    };
    events.iter().map(clock).collect()
}

#[tokio::test]
async fn a_calendar_that_goes_out_and_comes_in_is_the_same() {
    on_each_database(|first| async move {
        let first_officer = first.staff(Role::Officer).await;
        fill(&first, &first_officer).await;
        send_calendar(&first, &first_officer, "?publish=true", fixture("google")).await;
        let out = feed(&first).await;
        let events = all(
            &first,
            &first_officer,
            "/v1/events?limit=200&visibility=public",
        )
        .await;
        assert_eq!(entries(&out).len(), 7 + 1 + 4 + 6 + 1);

        let second = App::start(first.engine).await;
        let officer = second.staff(Role::Officer).await;
        let import = send_calendar(&second, &officer, "?publish=true", out.clone()).await;
        let records = events.len() as u64;
        assert_eq!(figures(&import), [records, 19, records, 0, 0, 0]);
        let back = feed(&second).await;
        assert_eq!(entries(&back), entries(&out));
        assert_eq!(
            clocks(&second, &officer).await,
            clocks(&first, &first_officer).await
        );

        let again = send_calendar(&second, &officer, "?publish=true", out).await;
        assert_eq!(figures(&again), [records, 19, 0, 0, records, 0]);
        assert_eq!(feed(&second).await, back);
        let kept = all(&second, &officer, "/v1/events?limit=200").await;
        assert_eq!(kept.len(), events.len());
    })
    .await;
}
