//! Whoever wants to hear how a project goes is told of each update once.

use std::sync::Arc;

use domain::follow_up::updates::{UpdateContent, post};
use domain::kernel::Prose;
use domain::projects::{Project, Side};
use harness::app::on_each_database_with;
use harness::engines::engines;
use harness::post_office::Taken;
use persistence::Writing;
use persistence::follow_up::updates;
use persistence::involvements::tell_some;

use super::*;

fn to(taken: &[Taken]) -> Vec<&str> {
    let mut to: Vec<_> = taken.iter().map(|one| one.to.as_str()).collect();
    to.sort_unstable();
    to
}

fn news(taken: Vec<Taken>) -> Vec<Taken> {
    let is_news = |one: &Taken| one.message().header_raw("List-Unsubscribe").is_some();
    taken.into_iter().filter(is_news).collect()
}

#[tokio::test]
async fn each_is_told_once_however_many_things_they_are_and_in_their_language() {
    for engine in engines() {
        let office = PostOffice::open().await;
        let app = App::start_with(engine, by(&office)).await;
        let cast = cast(&app).await;
        let project = under_way(&app, &cast).await;
        let alma = app.citizen("alma@courriel.example", "Alma").await;
        let basile = app.citizen("basile@courriel.example", "Basile").await;
        let chloe = app.citizen("chloe@courriel.example", "Chloé").await;
        let denis = app.citizen("denis@courriel.example", "Denis").await;
        let english = json!({ "language": "en" });
        app.patch("/v1/me")
            .by(&basile)
            .json(&english)
            .await
            .expect(200);
        for role in ["follower", "supporter", "volunteer"] {
            joined(&app, &alma, &project, role).await;
        }
        joined(&app, &basile, &project, "supporter").await;
        // Who only offered is not told, nor who carries it, nor who comes later.
        joined(&app, &chloe, &project, "volunteer").await;
        recorded(&app, &cast.officer, &project, &denis.id, "holder")
            .await
            .expect(201);
        let update = goes(&app, &cast, &project, "Un local").await;
        joined(&app, &denis, &project, "follower").await;
        assert_eq!(outcomes(&app).await, ["sent", "sent"]);
        let taken = news(office.taken());
        assert_eq!(
            to(&taken),
            ["alma@courriel.example", "basile@courriel.example"]
        );
        for one in &taken {
            let (message, text) = (one.message(), one.text());
            let is_english = one.to.starts_with("basile");
            let language = message.header_raw("Content-Language").map(str::trim);
            assert_eq!(language, Some(if is_english { "en" } else { "fr" }));
            assert!(message.subject().unwrap().contains("Mille vélos"));
            assert!(
                text.contains("Un local") && text.contains("Le local est"),
                "{text}"
            );
            let link = format!("/v1/updates/{}", update["id"].as_str().unwrap());
            assert!(text.contains(&link));
            let post = message.header_raw("List-Unsubscribe-Post").map(str::trim);
            assert_eq!(post, Some("List-Unsubscribe=One-Click"));
            let header = message.header_raw("List-Unsubscribe").unwrap().trim();
            let link = format!(
                "<{}/unsubscribe/",
                app.base.replace("127.0.0.1", "localhost")
            );
            assert!(
                header.starts_with(&link) && header.ends_with('>'),
                "{header}"
            );
            assert!(text.contains(header.trim_matches(['<', '>'])), "{text}");
            // Nothing of a person stands in it.
            assert!(!header.contains("alma") && !header.contains("basile"));
        }
        // Mended, it is not told again.
        let path = format!("/v1/updates/{}", update["id"].as_str().unwrap());
        let mended = json!({ "title": "Deux locaux" });
        let mended = app
            .patch(&path)
            .by(&cast.partner)
            .if_match("*")
            .json(&mended);
        mended.await.expect(200);
        goes(&app, &cast, &project, "Les outils").await;
        assert_eq!(outcomes(&app).await.len(), 2 + 3);
        no_faults(&app).await;
    }
}

#[tokio::test]
async fn who_ended_it_was_erased_or_turned_out_to_be_one_is_not_told_twice_or_at_all() {
    for engine in engines() {
        let mut office = PostOffice::open().await;
        let app = App::start_with(engine, by(&office)).await;
        let cast = cast(&app).await;
        let project = under_way(&app, &cast).await;
        let people = ["alma", "basile", "chloe", "denis"];
        let mut them = Vec::new();
        for name in people {
            let one = app.citizen(&format!("{name}@courriel.example"), name).await;
            let follows = joined(&app, &one, &project, "follower").await;
            them.push((one, follows));
        }
        // Nothing leaves for a while.
        office.close();
        goes(&app, &cast, &project, "Un local").await;
        let posted = "select state from mails where kind = 'project.news'";
        for _ in 0..100 {
            if texts(&app, posted).await.len() == 4 {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
        let (alma, follows) = &them[0];
        let path = format!("/v1/me/involvements/{}", follows["id"].as_str().unwrap());
        app.delete(&path).by(alma).if_match("*").await.expect(204);
        app.delete("/v1/me").by(&them[1].0).await.expect(204);
        let removed = goes(&app, &cast, &project, "Une erreur").await;
        let path = format!("/v1/updates/{}", removed["id"].as_str().unwrap());
        app.delete(&path)
            .by(&cast.partner)
            .if_match("*")
            .await
            .expect(204);
        let merge = format!("/v1/citizens/{}/merge", them[2].0.id);
        let into = json!({ "into": them[3].0.id });
        app.post(&merge)
            .by(&cast.officer)
            .json(&into)
            .await
            .expect(200);
        goes(&app, &cast, &project, "Les outils").await;
        for _ in 0..100 {
            if texts(&app, "select 'telling' from update_tellings")
                .await
                .is_empty()
            {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
        office.reopen().await;
        // What was just being tried is tried again a minute later.
        for _ in 0..100 {
            let waiting = "select state from mails where state = 'waiting'";
            if texts(&app, waiting).await.is_empty() {
                break;
            }
            app.advance(TimeDelta::minutes(5));
            tokio::time::sleep(std::time::Duration::from_millis(500)).await;
        }
        let outcomes = outcomes(&app).await;
        let sent = outcomes.iter().filter(|one| *one == "sent").count();
        let taken = news(office.taken());
        let mut told: Vec<String> = taken
            .iter()
            .map(|one| {
                let title = ["Un local", "Une erreur", "Les outils"];
                let text = one.text();
                let title = title.iter().find(|title| text.contains(**title)).unwrap();
                format!("{} {title}", one.to)
            })
            .collect();
        told.sort();
        // The two who are one were told of the first before that was known, each as they were.
        let expected = [
            "denis@courriel.example Les outils",
            "denis@courriel.example Un local",
            "denis@courriel.example Un local",
        ];
        assert_eq!(told, expected);
        assert_eq!(sent, told.len(), "{outcomes:?}");
    }
}

/// An update that was told, with its first page, by an instance that dies then; or before that is kept.
async fn told_by_one_that_dies(app: &App, project: &str, most: u64, is_kept: bool) {
    let project: Id<Project> = Id::from_uuid(Uuid::parse_str(project).unwrap());
    let act = Act::system("test", Uuid::nil());
    let done = match is_kept {
        true => {
            let told = app.store.write(act, move |writing| {
                Box::pin(told_with_a_page(writing, project, most))
            });
            told.await
        }
        false => {
            let told = app.store.try_out(act, move |writing| {
                Box::pin(told_with_a_page(writing, project, most))
            });
            told.await
        }
    };
    done.expect("a page");
}

async fn told_with_a_page(
    writing: &mut Writing,
    project: Id<Project>,
    most: u64,
) -> Result<(), Stop<StoreError>> {
    let project = projects::load(writing, project).await?.expect("a project");
    let content = UpdateContent {
        title: None,
        text: Prose::stored("Le local est trouvé.".to_owned()),
        progress: None,
    };
    let now = writing.now();
    let posted = post(&project, content, 0, Side::Petr, writing.ids(), now);
    updates::save(writing, &posted.expect("an update")).await?;
    assert!(tell_some(writing, most).await?);
    Ok(())
}

#[tokio::test]
async fn where_one_died_between_pages_another_goes_on_and_each_is_told_once() {
    let quick = |raw: &mut RawSettings| raw.rate_limits = "off".parse().ok();
    on_each_database_with(quick, |app| async move {
        let cast = cast(&app).await;
        let project = under_way(&app, &cast).await;
        crowd(&app, &project, 450).await;
        told_by_one_that_dies(&app, &project, 7, false).await;
        assert_eq!(outcomes(&app).await, Vec::<String>::new());
        told_by_one_that_dies(&app, &project, 7, true).await;
        let outcomes = outcomes(&app).await;
        assert_eq!(outcomes.len(), 450);
        assert!(outcomes.iter().all(|one| one == "sent"));
        let twice = "select kind from mails where kind = 'project.news' \
                     group by kind, person having count(*) > 1";
        assert_eq!(texts(&app, twice).await, Vec::<String>::new());
        let files = std::fs::read_dir(app.folder().join("mail"))
            .unwrap()
            .count();
        assert!(files >= 450, "{files}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn however_many_instances_tell_each_is_told_once() {
    for engine in engines() {
        let office = PostOffice::open().await;
        let app = Arc::new(App::start_with(engine, by(&office)).await);
        let cast = cast(&app).await;
        let project = under_way(&app, &cast).await;
        crowd(&app, &project, 150).await;
        let second = app.another_instance_with(&app.url, by(&office)).await;
        for title in ["Un local", "Les outils"] {
            goes(&app, &cast, &project, title).await;
        }
        // Both at once, and the pages of a third one that is quicker than the clock.
        let store = second.store.clone();
        let third = tokio::spawn(async move {
            for _ in 0..40 {
                let act = Act::system("test", Uuid::nil());
                let told = store.write(act, |writing| {
                    Box::pin(
                        async move { Ok::<_, Stop<StoreError>>(tell_some(writing, 11).await?) },
                    )
                });
                told.await.ok();
            }
        });
        third.await.unwrap();
        assert_eq!(outcomes(&app).await, vec!["sent"; 300]);
        let mut told: Vec<(String, String)> = news(office.taken())
            .iter()
            .map(|one| {
                let is_first = one.text().contains("Un local");
                (one.to.clone(), is_first.to_string())
            })
            .collect();
        let all = told.len();
        told.sort();
        told.dedup();
        assert_eq!((all, told.len()), (300, 300));
    }
}

#[tokio::test]
async fn what_not_everybody_sees_any_more_is_told_to_nobody() {
    let quick = |raw: &mut RawSettings| raw.rate_limits = "off".parse().ok();
    on_each_database_with(quick, |app| async move {
        let cast = cast(&app).await;
        let project = under_way(&app, &cast).await;
        crowd(&app, &project, 3).await;
        let hidden = json!({ "visibility": "hidden" });
        let path = format!("/v1/projects/{project}");
        let hide = app
            .patch(&path)
            .by(&cast.officer)
            .if_match("*")
            .json(&hidden);
        hide.await.expect(200);
        goes(&app, &cast, &project, "Un local").await;
        assert_eq!(outcomes(&app).await, Vec::<String>::new());
    })
    .await;
}
