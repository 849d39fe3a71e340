//! A structure's projects go with it when it turns out to be another one.

use harness::app::on_each_database;

use super::*;

#[tokio::test]
async fn projects_move_and_a_reference_that_both_have_stays_with_the_one_that_stays() {
    on_each_database(|app| async move {
        let cast = cast(&app).await;
        let (goes, its) = app.partner(&cast.director, "Vergers").await;
        let of =
            |title: &str, reference: &str| with(project(title), json!({ "reference": reference }));
        made(&app, &cast.partner, &of("Gardé", "A-1")).await;
        let double = made(&app, &its, &of("Venu", "A-1")).await;
        let other = made(&app, &its, &of("Venu aussi", "B-2")).await;
        let merge = app
            .post(&format!("/v1/organisations/{goes}/merge"))
            .by(&cast.officer);
        let merge = merge
            .if_match("*")
            .json(&json!({ "into": cast.holder }))
            .await;
        merge.expect(200);
        let own = titles(&app, Some(&cast.partner), "sort=title").await;
        assert_eq!(own, ["Gardé", "Venu", "Venu aussi"]);
        let double = read(&app, Some(&cast.partner), &double)
            .await
            .expect(200)
            .body();
        let references = (&double["reference"], &double["former_reference"]);
        assert_eq!(references, (&Value::Null, &json!("A-1")));
        let other = read(&app, Some(&cast.partner), &other)
            .await
            .expect(200)
            .body();
        assert_eq!(other["reference"], "B-2");
        assert_eq!(other["organisation_name"], "Ateliers");
        // The credentials of the one that went act for the other one.
        patch(&app, &its, &other, &json!({ "title": "Encore à nous" }))
            .await
            .expect(200);
        let named = with(project("Tard"), json!({ "organisation_id": goes }));
        let refused = create(&app, &cast.officer, &named).await;
        assert_eq!(
            refused.expect(422).faults(),
            ["/organisation_id unknown_organisation"]
        );
    })
    .await;
}
