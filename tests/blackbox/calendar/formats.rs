//! The other readings of the calendar: what each says of a date that is on, cancelled, postponed or
//! moved, whatever its title; and what they all share.

use domain::accounts::Role;
use harness::app::{App, Staff, on_each_database};
use harness::behind;
use harness::http::Reply;
use serde_json::{Value, json};

use super::readings::{self, FORMATS};
use crate::events::{at, id, patch, turn_date};

const YEAR: &str = "start=2027-01-01&end=2028-01-01";

/// Titles that break what is put together without care.
const NASTY: [&str; 7] = [
    "=cmd|'/c calc'!A0",
    "+33 3 83 00 00 00",
    "-1+1 & <b>\"gras\"</b> ]]>",
    "@SUM(A1:A9), ; \\é",
    "👩‍🌾 Récup’ à l’œuvre \u{fffe}\u{200b}fin",
    "'déjà",
    "</script><script>alert(1)</script> &amp; &#0;",
];

async fn ask(app: &App, format: &str, query: &str) -> Reply {
    app.get(&format!("/v1/calendar.{format}?{query}")).await
}

#[tokio::test]
async fn no_title_breaks_a_format() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        for (n, title) in NASTY.iter().enumerate() {
            let dates = json!([at(&format!("2027-03-{:02}", n + 1), "18:30", "20:30")]);
            let body = json!({
                "title": title, "summary": format!("{title}\n{title}"), "tags": [title],
                "organiser_name": title, "price_note": title, "occurrences": dates,
                "place": { "name": title, "address": title },
            });
            app.published(&officer, body).await;
        }
        let window = "start=2027-03-01&end=2027-04-01";
        let list = readings::list(&app.get(&format!("/v1/calendar?{window}")).await);
        assert_eq!(list.len(), NASTY.len());
        for (format, read) in FORMATS {
            let told = read(&ask(&app, format, window).await);
            let expected: Vec<_> = list
                .iter()
                .cloned()
                .map(|mut one| {
                    // XML has no place for it.
                    if format == "atom" {
                        one.title = one.title.replace('\u{fffe}', "");
                    }
                    one
                })
                .collect();
            assert_eq!(told, expected, "{format}");
        }
        for row in readings::table(&ask(&app, "csv", window).await) {
            for (name, cell) in &row {
                let is_number = cell.parse::<f64>().is_ok();
                assert!(
                    is_number || !cell.starts_with(['=', '+', '-', '@']),
                    "{name}: {cell}"
                );
            }
        }
        // What the rules let nobody write, somebody may have put into the database.
        behind::execute(
            &app,
            "update events set title = 'a\u{1}\u{b}\u{1b}\u{7f}\r\nb'",
        )
        .await;
        for (format, read) in FORMATS {
            let told = read(&ask(&app, format, window).await);
            assert_eq!(told.len(), NASTY.len(), "{format}");
        }
    })
    .await;
}

/// An event with four dates: one on, one cancelled, one postponed, one moved.
async fn four(app: &App, officer: &Staff) -> Value {
    let body = json!({
        "title": "Atelier", "summary": "On répare.", "kind": "workshop", "tags": ["eau, air", "climat"],
        "audiences": ["high_school", "agents"], "accessibility": ["wheelchair"],
        "place": { "name": "Mairie", "address": "1, place", "commune_code": "54329",
            "latitude": 48.5921, "longitude": -6.4961 },
        "online_url": "https://visio.petr.example/salle", "organiser_name": "PETR du Pays",
        "contact": { "email": "accueil@petr.example", "telephone": "+33 3 83 00 00 00" },
        "image": { "url": "https://petr.example/a.jpg", "alternative_text": "Un établi", "credit": "PETR" },
        "price_note": "Gratuit",
        "occurrences": [
            at("2027-03-01", "18:30", "20:30"), at("2027-03-08", "18:30", "20:30"),
            at("2027-03-15", "18:30", "20:30"), at("2027-03-22", "18:30", "20:30"),
        ],
    });
    let event = app.published(officer, body).await;
    let dates = &event["occurrences"];
    let why = json!({ "reason": "Salle inondée." });
    for (date, verb, body) in [
        (1, "cancel", why.clone()),
        (2, "postpone", why),
        (
            3,
            "move",
            json!({ "local_start": "2027-03-29T19:00:00", "local_end": "2027-03-29T21:00:00",
            "reason": "Salle prise." }),
        ),
    ] {
        turn_date(app, officer, &dates[date], verb, body)
            .await
            .expect(200);
    }
    event
}

#[tokio::test]
async fn every_format_tells_what_does_not_take_place_as_announced() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        let event = four(&app, &officer).await;
        let dates: Vec<_> = (0..4).map(|n| id(&event["occurrences"][n]).to_owned()).collect();
        let by_id = |rows: Vec<Value>, name: &str| -> Vec<Value> {
            let found = dates.iter().map(|id| {
                let is_it = |row: &&Value| row[name].as_str().is_some_and(|it| it.ends_with(id.as_str()));
                rows.iter().find(is_it).expect("a row").clone()
            });
            found.collect()
        };
        let titles = ["Atelier", "ANNULÉ\u{a0}: Atelier", "REPORTÉ\u{a0}: Atelier", "Atelier"];

        let body = ask(&app, "fullcalendar.json", "start=2027-03-01&end=2027-04-12").await.body();
        let rows = by_id(body.as_array().unwrap().clone(), "id");
        for (row, title) in rows.iter().zip(titles) {
            assert_eq!(row["title"], title);
            assert_eq!(row["groupId"], event["id"]);
            assert_eq!(row["url"], event["url"]);
            assert_eq!(row["extendedProps"]["place"], "Mairie, 1, place, Lunéville");
        }
        assert_eq!(rows[0]["start"], "2027-03-01T18:30:00");
        assert!(rows[1]["classNames"].as_array().unwrap().contains(&json!("is-cancelled")));
        assert_ne!(rows[0]["backgroundColor"], rows[1]["backgroundColor"]);
        assert_ne!(rows[1]["backgroundColor"], rows[2]["backgroundColor"]);
        assert_eq!(rows[1]["extendedProps"]["reason"], "Salle inondée.");
        assert_eq!(rows[3]["extendedProps"]["previous_local_start"], "2027-03-22T18:30:00");
        assert_eq!(
            rows[3]["extendedProps"]["tooltip"].as_str().unwrap().replace('\u{a0}', " "),
            "lundi 29 mars 2027, de 19 h à 21 h\nInitialement : lundi 22 mars 2027, de 18 h 30 à 20 h 30\n\
             Mairie, 1, place, Lunéville\nhttps://visio.petr.example/salle\nSalle prise.\nOn répare.\nGratuit\n\
             Accessibilité : fauteuil roulant"
        );

        let body = ask(&app, "jsonld", YEAR).await.body();
        let rows = by_id(body["@graph"].as_array().unwrap().clone(), "identifier");
        let states = ["Scheduled", "Cancelled", "Postponed", "Rescheduled"];
        for (row, state) in rows.iter().zip(states) {
            assert_eq!(row["eventStatus"], format!("https://schema.org/Event{state}"));
            assert_eq!(row["eventAttendanceMode"], "https://schema.org/MixedEventAttendanceMode");
            assert_eq!(row["name"], "Atelier");
            assert_eq!(row["isAccessibleForFree"], true);
        }
        assert_eq!(rows[3]["startDate"], "2027-03-29T19:00:00+02:00");
        assert_eq!(rows[3]["previousStartDate"], "2027-03-22T18:30:00+01:00");
        assert_eq!(rows[0].get("previousStartDate"), None);
        assert_eq!(rows[0]["organizer"], json!({ "@type": "Organization", "name": "PETR du Pays",
            "email": "accueil@petr.example", "telephone": "+33 3 83 00 00 00" }));
        assert_eq!(rows[0]["location"], json!([
            { "@type": "Place", "name": "Mairie",
              "address": { "@type": "PostalAddress", "streetAddress": "1, place",
                "addressLocality": "Lunéville", "addressCountry": "FR" },
              "geo": { "@type": "GeoCoordinates", "latitude": 48.5921, "longitude": -6.4961 } },
            { "@type": "VirtualLocation", "url": "https://visio.petr.example/salle" },
        ]));

        for (format, read) in [("atom", readings::atom as fn(&Reply) -> _), ("feed.json", readings::json_feed)] {
            let told = read(&ask(&app, format, YEAR).await);
            let told: Vec<_> = told.into_iter().map(|one| one.title).collect();
            assert_eq!(told, titles, "{format}");
        }
        let text = ask(&app, "atom", YEAR).await.utf8();
        let status = |word| text.matches(&format!("<cal:text>{word}</cal:text>")).count();
        assert_eq!([status("CONFIRMED"), status("CANCELLED"), status("TENTATIVE")], [2, 1, 1]);

        let reply = ask(&app, "csv", YEAR).await;
        let rows = readings::table(&reply);
        let column = |name: &str| rows.iter().map(|row| row[name].clone()).collect::<Vec<_>>();
        assert_eq!(column("state"), ["scheduled", "cancelled", "postponed", "scheduled"]);
        assert_eq!(column("reason"), ["", "Salle inondée.", "Salle inondée.", "Salle prise."]);
        assert_eq!(column("previous_local_start")[3], "2027-03-22T18:30:00");
        let first = &rows[0];
        assert_eq!(first["contact_telephone"], "'+33 3 83 00 00 00");
        assert_eq!((first["latitude"].as_str(), first["longitude"].as_str()), ("48.5921", "-6.4961"));
        assert_eq!(first["tags"], "eau, air|climat");
        assert_eq!(first["audiences"], "high_school|agents");
    })
    .await;
}

#[tokio::test]
async fn the_table_is_described_beside_it_column_by_column() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        four(&app, &officer).await;
        let reply = ask(&app, "csv", YEAR).await;
        let link = reply.header("link");
        let described = link
            .split(", ")
            .find(|one| one.contains("rel=\"describedby\""))
            .expect("a link");
        let address = described.split(['<', '>']).nth(1).expect("an address");
        let path = address.split_once("/v1/").expect("a path of ours").1;
        let schema = app.get(&format!("/v1/{path}")).await.expect(200).body();
        let fields = schema["fields"].as_array().unwrap();
        let names: Vec<_> = fields
            .iter()
            .map(|field| field["name"].as_str().unwrap())
            .collect();
        let text = reply.utf8();
        let header = text.trim_start_matches('\u{feff}').lines().next().unwrap();
        assert_eq!(header.split(',').collect::<Vec<_>>(), names);
        for row in readings::table(&reply) {
            for field in fields {
                let cell = &row[field["name"].as_str().unwrap()];
                let is_required = field["constraints"]["required"] == true;
                assert!(!is_required || !cell.is_empty(), "{field}");
                if cell.is_empty() {
                    continue;
                }
                let fits = match field["type"].as_str().unwrap() {
                    "number" => cell.parse::<f64>().is_ok(),
                    "integer" => cell.parse::<u32>().is_ok(),
                    "datetime" if field["format"] == "default" => {
                        cell.ends_with('Z') && cell.parse::<chrono::DateTime<chrono::Utc>>().is_ok()
                    }
                    "datetime" => cell.parse::<chrono::NaiveDateTime>().is_ok(),
                    _ if field["format"] == "uuid" => cell.parse::<uuid::Uuid>().is_ok(),
                    _ if field["format"] == "uri" => cell.starts_with("http"),
                    _ => true,
                };
                assert!(fits, "{cell}: {field}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn every_format_is_kept_by_its_tag_takes_the_filters_and_leads_to_the_others() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        let event = four(&app, &officer).await;
        let body = json!({ "title": "Secret", "visibility": "staff",
            "occurrences": [at("2027-03-02", "18:30", "20:30")] });
        app.published(&officer, body).await;
        let window = "start=2027-03-01&end=2027-04-12";
        for (format, read) in FORMATS {
            let first = ask(&app, format, window).await;
            assert_eq!(read(&first).len(), 4, "{format}");
            assert!(!first.utf8().contains("Secret"), "{format}");
            let tag = first.header("etag");
            assert!(tag.starts_with('"'), "{tag}");
            assert_eq!(first.header("cache-control"), "public, max-age=300");
            assert_eq!(first.header("access-control-allow-origin"), "*");
            // What strangers' software adds is nothing to us.
            let stranger = format!("_=1792839&utm_source=x&{window}&timeZone=Asia%2FTokyo");
            let again = ask(&app, format, &stranger).await;
            assert_eq!(
                (again.expect(200).header("etag"), again.bytes),
                (tag.clone(), first.bytes),
                "{format}"
            );
            let path = format!("/v1/calendar.{format}?{window}");
            let known = app.get(&path).header("If-None-Match", &tag).await;
            assert_eq!((known.status, known.bytes.len()), (304, 0), "{format}");
            let head = app.call("HEAD", &path).await;
            assert_eq!(
                (head.expect(200).header("etag"), head.bytes.len()),
                (tag, 0),
                "{format}"
            );
            for accept in [
                "text/calendar,text/plain;q=0.8,*/*;q=0.5",
                "application/pdf",
                "text/html",
                "x",
            ] {
                app.get(&path).header("Accept", accept).await.expect(200);
            }
            for (filter, count) in [
                ("kind=workshop", 4),
                ("kind=visit", 0),
                ("tag=climat", 4),
                ("q=repare", 4),
                ("organiser=petr%20DU%20pays", 4),
                ("organiser=petr", 0),
                ("commune=54329", 4),
                ("near=48.6,-6.5&within_km=5", 4),
                ("near=48.6,6.5", 0),
            ] {
                let told = read(&ask(&app, format, &format!("{window}&{filter}")).await);
                assert_eq!(told.len(), count, "{format} {filter}");
            }
            for wrong in ["kind=concert", "start=hier", "end=2027-01-01", "near=x"] {
                let query = if wrong.starts_with("start") || wrong.starts_with("end") {
                    format!("{wrong}&start=2027-03-01")
                } else {
                    format!("{wrong}&{window}")
                };
                let reply = ask(&app, format, &query).await;
                assert_eq!(reply.expect(422).problem(), "invalid", "{format} {wrong}");
            }
            let staff = app.get(&path).by(&officer).await;
            assert_eq!(read(&staff).len(), 5, "{format}");
            assert_eq!(staff.header("cache-control"), "private, no-store");
        }
        // What left the public view is not told where nobody keeps what they are not told of.
        patch(&app, &officer, &event, json!({ "visibility": "staff" }))
            .await
            .expect(200);
        for (format, read) in FORMATS {
            let count = read(&ask(&app, format, window).await).len();
            assert_eq!(count, if format == "ics" { 4 } else { 0 }, "{format}");
        }
    })
    .await;
}

#[tokio::test]
async fn the_calendar_leads_to_its_feeds_and_to_a_subscription() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        four(&app, &officer).await;
        let reply = app
            .get("/v1/calendar?tag=climat&limit=1&start=2027-03-01&end=2027-04-01")
            .await;
        let lines = reply.expect(200).headers.get_all("link").iter();
        let lines: Vec<_> = lines
            .map(|line| line.to_str().unwrap().to_owned())
            .collect();
        let links = lines.join(", ");
        let asked = "end=2027-04-01&start=2027-03-01&tag=climat";
        for (format, read) in FORMATS {
            let address = format!(
                "{}/v1/calendar.{format}?{asked}",
                app.base.replace("127.0.0.1", "localhost")
            );
            assert!(
                links.contains(&format!("<{address}>; rel=\"alternate\"")),
                "{format}: {links}"
            );
            assert_eq!(read(&ask(&app, format, asked).await).len(), 4, "{format}");
        }
        let host = app.base.replace("http://127.0.0.1", "localhost");
        let subscribe = format!("<webcal://{host}/v1/calendar.ics?{asked}>");
        assert!(links.contains(&subscribe), "{links}");
        let atom = ask(&app, "atom", asked).await.utf8();
        let href = format!("webcal://{host}/v1/calendar.ics?{asked}").replace('&', "&amp;");
        assert!(atom.contains(&href), "{atom}");
        // Proxies refuse headers of many kilobytes.
        let long = app
            .get(&format!("/v1/calendar?q={}", "a".repeat(200)))
            .await;
        let links = long.expect(200).headers.get_all("link").iter().count();
        assert_eq!(links, 1);
    })
    .await;
}

#[tokio::test]
async fn one_date_alone_goes_into_an_agenda() {
    on_each_database(|app| async move {
        let officer = app.staff(Role::Officer).await;
        let event = four(&app, &officer).await;
        let whole = super::reader::entries(&ask(&app, "ics", YEAR).await);
        for date in event["occurrences"].as_array().unwrap() {
            let reply = app.get(&format!("/v1/occurrences/{}.ics", id(date))).await;
            let own = super::reader::entries(&reply);
            assert_eq!(own.len(), 1);
            assert_eq!(own[id(date)], whole[id(date)]);
            assert_eq!(own[id(date)].get("X-CONCERTATION-EVENT"), id(&event));
        }
        let text = ask(&app, "ics", YEAR).await.utf8();
        let unfolded = text.replace("\r\n ", "");
        for line in [
            "NAME:Agenda – PETR",
            "COLOR:steelblue",
            "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
            "X-PUBLISHED-TTL:PT1H",
            "IMAGE;VALUE=URI;DISPLAY=BADGE:https://petr.example/a.jpg",
            "CONFERENCE;VALUE=URI;LABEL=\"Participer en ligne\":https://visio.petr.example/salle",
        ] {
            assert!(
                unfolded.contains(&format!("\r\n{line}")),
                "{line}\n{unfolded}"
            );
        }
        let source = "SOURCE;VALUE=URI:http://localhost:";
        assert!(
            unfolded.contains(source)
                && unfolded.contains("/v1/calendar.ics?end=2028-01-01&start=2027-01-01")
        );
        patch(&app, &officer, &event, json!({ "visibility": "staff" }))
            .await
            .expect(200);
        for nothing in [
            id(&event["occurrences"][0]),
            id(&event),
            "x",
            "0198c0a0-0000-7000-8000-00000000dead",
        ] {
            let reply = app.get(&format!("/v1/occurrences/{nothing}.ics")).await;
            assert_eq!(reply.expect(404).problem(), "not-found", "{nothing}");
        }
    })
    .await;
}
