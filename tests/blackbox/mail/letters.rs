//! What stands in the mails, as a reader who is not ours understands them.

use harness::app::App;
use harness::engines::engines;
use harness::post_office::MimeHeaders as _;

use super::*;

#[tokio::test]
async fn a_structure_is_told_that_it_is_a_partner_and_that_it_is_suspended() {
    for engine in engines() {
        let post = PostOffice::open().await;
        let app = App::start_with(engine, by(&post)).await;
        let officer = officer(&app).await;
        let made = activated(&app, &officer, "Jardins").await;
        let taken = post.has_taken(1).await;
        let (from, to) = (taken[0].from.as_str(), taken[0].to.as_str());
        assert_eq!(
            (from, to),
            ("concertation@petr.example", "jardins@asso.example")
        );
        let message = taken[0].message();
        let subject = "«\u{a0}Jardins\u{a0}» est partenaire";
        assert_eq!(message.subject(), Some(subject));
        let header = |name: &str| {
            message
                .header_raw(name)
                .map(str::trim)
                .unwrap_or_default()
                .to_owned()
        };
        assert_eq!(header("Auto-Submitted"), "auto-generated");
        assert!(header("From").contains("concertation@petr.example"));
        assert!(message.message_id().unwrap().ends_with("@petr.example"));
        assert_eq!(message.date().unwrap().to_rfc3339(), "2026-11-24T09:00:00Z");
        let kind = message.content_type().and_then(|kind| kind.subtype());
        assert_eq!(kind, Some("alternative"));

        let why = json!({
            "reason": "Convention <b>échue</b>.\nÀ revoir.", "note": "Voir le 12 mai.",
            "internal_note": "canary-internal",
        });
        turned(&app, &officer, &made, "suspend", why).await;
        let taken = post.has_taken(2).await;
        all_open(&app, &taken).await;
        let message = taken[1].message();
        let text = message.body_text(0).unwrap();
        let html = message.body_html(0).unwrap();
        assert!(
            text.contains("> Convention <b>échue</b>.") && text.contains("> À revoir."),
            "{text}"
        );
        assert!(text.contains("> Voir le 12 mai."), "{text}");
        assert!(
            html.contains("Convention &lt;b&gt;échue&lt;/b&gt;.<br>"),
            "{html}"
        );
        for remote in ["<img", "src=", "<script", "<link"] {
            assert!(!html.contains(remote), "{html}");
        }
        for form in [&text, &html] {
            assert!(!form.contains("canary-internal"), "{form}");
        }
    }
}

#[tokio::test]
async fn each_is_written_to_in_their_language() {
    for engine in engines() {
        let post = PostOffice::open().await;
        let app = App::start_with(engine, by(&post)).await;
        let director = app.staff(Role::Director).await;
        let officer = officer(&app).await;
        let speak = json!({ "language": "en" });
        let account = app
            .patch(&format!("/v1/users/{}", officer.id))
            .by(&director);
        account.if_match("*").json(&speak).await.expect(200);
        let body = json!({
            "name": "Bravo", "kind": "association", "commune_code": "54329", "language": "en",
            "contact": { "email": contact_of("Bravo") },
        });
        let holder = app.post("/v1/organisations").by(&director).json(&body);
        let holder = holder.await.expect(201).body();
        turned(&app, &director, &holder, "activate", json!({})).await;
        post.has_taken(1).await;
        let id = holder["id"].as_str().unwrap();
        let issued = app.post(&format!("/v1/organisations/{id}/clients"));
        let issued = issued.by(&director).json(&json!({})).await;
        let [client, secret] = ["client_id", "client_secret"].map(|of| issued.expect(201).text(of));
        let software = app.partner_with(&client, &secret).await;
        let proposal = json!({
            "title": "Bike day", "kind": "workshop", "audiences": ["general_public"],
            "occurrences": [{ "local_start": "2050-03-24T18:00:00", "local_end": "2050-03-24T20:00:00" }],
        });
        let event = app.post("/v1/events").by(&software).json(&proposal).await;
        let event = event.expect(201).text("id");
        // Of what is answered by then, the officers would be told nothing.
        post.has_taken(2).await;
        let decline = format!("/v1/events/{event}/decline");
        let reason = json!({ "reason": "Complet." });
        let decline = app.post(&decline).by(&officer).if_match("*").json(&reason);
        decline.await.expect(200);
        let taken = post.has_taken(3).await;
        let to: Vec<_> = taken.iter().map(|one| one.to.as_str()).collect();
        let (holder, staff) = (contact_of("Bravo"), "officer@petr.example");
        assert_eq!(to, [holder.as_str(), staff, holder.as_str()]);
        for one in taken {
            let message = one.message();
            let language = message.header_raw("Content-Language");
            assert_eq!(language.map(str::trim), Some("en"), "{}", one.to);
        }
    }
}
