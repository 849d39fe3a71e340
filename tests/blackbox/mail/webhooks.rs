//! Mail to whose webhook is told nothing any more.

use harness::engines::engines;
use harness::outside::{Answer, Outside};

use super::*;

#[tokio::test]
async fn whose_address_is_gone_is_told_so_the_partner_or_the_officers() {
    for engine in engines() {
        let (post, outside) = (PostOffice::open().await, Outside::start().await);
        outside.says("/gone", Answer::status(410));
        let settings = |raw: &mut RawSettings| {
            by(&post)(raw);
            raw.allowed_targets = "127.0.0.1".parse().ok();
        };
        let app = App::start_with(engine, settings).await;
        let director = app.staff(Role::Director).await;
        let (organisation, partner) = app.partner(&director, "Velo").await;
        until(&app, &["skipped no_address 1"]).await;
        let contact = json!({ "contact": { "email": "accueil@asso.example" } });
        let patched = app.patch(&format!("/v1/organisations/{organisation}"));
        patched
            .by(&partner)
            .if_match("*")
            .json(&contact)
            .await
            .expect(200);
        let body = json!({ "url": outside.url("/gone"), "types": ["event.published"] });
        for owner in [&partner, &director] {
            app.post("/v1/webhooks")
                .by(owner)
                .json(&body)
                .await
                .expect(201);
        }
        let event = json!({ "title": "Fête", "occurrences": [{
            "local_start": "2027-03-06T10:00:00", "local_end": "2027-03-06T12:00:00",
        }] });
        app.published(&director, event).await;
        let taken = post.has_taken(2).await;
        let mut to: Vec<_> = taken.iter().map(|taken| taken.to.as_str()).collect();
        to.sort_unstable();
        assert_eq!(to, ["accueil@asso.example", "director@petr.example"]);
        for taken in &taken {
            let message = taken.message();
            let subject = "Les notifications vers votre adresse sont suspendues";
            assert_eq!(message.subject(), Some(subject));
            let text = message.body_text(0).unwrap();
            assert!(
                text.contains(&format!("> {}", outside.url("/gone"))),
                "{text}"
            );
            assert!(text.contains("410"), "{text}");
            let how = "opération POST /v1/webhooks/{id}/resume avec id = ";
            assert!(text.contains(how), "{text}");
        }
        all_open(&app, &taken).await;
        // Who pauses it themselves knows.
        until(&app, &["sent 1", "sent 1", "skipped no_address 1"]).await;
    }
}
