//! Another structure's software sees and changes nothing.

use harness::app::on_each_database;

use super::*;

#[tokio::test]
async fn another_structures_software_sees_and_changes_nothing() {
    on_each_database(|app| async move {
        let cast = cast(&app).await;
        let (_, other) = app.partner(&cast.director, "Vergers").await;
        let body = with(project("Atelier"), json!({ "reference": "A-1" }));
        let draft = made(&app, &cast.partner, &body).await;
        for by in [None, Some(&other)] {
            read(&app, by, &draft).await.expect(404);
            let timeline = app.get(&format!("{}/timeline", path(&draft)));
            let timeline = match by {
                Some(by) => timeline.by(by),
                None => timeline,
            };
            timeline.await.expect(404);
            assert_eq!(titles(&app, by, "").await, Vec::<String>::new());
        }
        assert_eq!(
            titles(&app, Some(&other), "reference=A-1").await,
            Vec::<String>::new()
        );
        patch(&app, &other, &draft, &json!({ "title": "Pris" }))
            .await
            .expect(404);
        app.delete(&path(&draft))
            .by(&other)
            .if_match("*")
            .await
            .expect(404);
        for action in ["submit", "start", "hold", "resume", "complete", "abandon"] {
            turn(&app, &other, &draft, action).await.expect(404);
        }
        let named = with(project("Autre"), json!({ "organisation_id": cast.holder }));
        let refused = create(&app, &other, &named).await;
        assert_eq!(
            refused.expect(422).faults(),
            ["/organisation_id other_organisation"]
        );
        assert_eq!(read(&app, Some(&cast.partner), &draft).await.body(), draft);
        // Of one that everybody sees it sees what everybody sees, and changes nothing either.
        let accepted = led(&app, &cast, "Verger", &["submit", "accept"]).await;
        let (seen, public) = (
            read(&app, Some(&other), &accepted).await.expect(200).body(),
            read(&app, None, &accepted).await.expect(200).body(),
        );
        assert_eq!(seen, public);
        assert!(seen["etag"].as_str().unwrap().contains("-public-"));
        turn(&app, &other, &accepted, "start").await.expect(404);
        // Nor does it find by its reference what it sees no reference of.
        let named = with(project("Ruches"), json!({ "reference": "R-1" }));
        let named = made(&app, &cast.partner, &named).await;
        turn(&app, &cast.partner, &named, "submit")
            .await
            .expect(200);
        turn(&app, &cast.officer, &named, "accept")
            .await
            .expect(200);
        read(&app, Some(&other), &named).await.expect(200);
        assert_eq!(
            titles(&app, Some(&other), "reference=R-1").await,
            Vec::<String>::new()
        );
        assert_eq!(
            titles(&app, Some(&cast.partner), "reference=R-1").await,
            ["Ruches"]
        );
        let own = read(&app, Some(&cast.partner), &accepted)
            .await
            .expect(200)
            .body();
        assert!(own["etag"].as_str().unwrap().contains("-own-"));
    })
    .await;
}

#[tokio::test]
async fn the_staff_names_the_holder_and_a_partner_is_it() {
    on_each_database(|app| async move {
        let cast = cast(&app).await;
        let refused = create(&app, &cast.officer, &project("Atelier")).await;
        assert_eq!(refused.expect(422).faults(), ["/organisation_id required"]);
        let nobody = json!({ "organisation_id": "0198c0a0-0000-7000-8000-00000000ffff" });
        let refused = create(&app, &cast.officer, &with(project("Atelier"), nobody)).await;
        assert_eq!(
            refused.expect(422).faults(),
            ["/organisation_id unknown_organisation"]
        );
        let named = with(
            project("Atelier"),
            json!({ "organisation_id": cast.holder }),
        );
        let by_staff = made(&app, &cast.officer, &named).await;
        let by_partner = made(&app, &cast.partner, &named).await;
        for project in [&by_staff, &by_partner] {
            assert_eq!(project["organisation_id"], cast.holder.as_str());
        }
        read(&app, Some(&cast.partner), &by_staff).await.expect(200);
        let (other, _) = app.partner(&cast.director, "Vergers").await;
        let elsewhere = json!({ "organisation_id": other });
        let refused = patch(&app, &cast.officer, &by_staff, &elsewhere).await;
        assert_eq!(refused.expect(422).faults(), ["/organisation_id locked"]);
        let refused = patch(&app, &cast.partner, &by_staff, &elsewhere).await;
        assert_eq!(
            refused.expect(422).faults(),
            ["/organisation_id other_organisation"]
        );
    })
    .await;
}
