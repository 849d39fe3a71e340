//! The commands that look after an installation, each as an operator types it.

use harness::engines::engines;

use super::*;

#[tokio::test]
async fn migrate_brings_an_empty_database_up_to_date_and_again_changes_nothing() {
    for engine in engines() {
        let folder = tempfile::tempdir().unwrap();
        let flags = database_flags(engine);
        let arguments = [&["migrate"], &*strs(&flags)].concat();
        for _ in 0..2 {
            let finished = run(folder.path(), &arguments).await;
            assert_eq!(finished.status.code(), Some(0), "{engine}: {finished:?}");
            assert_eq!(
                finished.stderr.last().map(String::as_str),
                Some("The database has the schema of this version.")
            );
        }
        let served = Served::begin(folder.path(), &strs(&flags)).await;
        let ready = served.get("/readyz").await.expect(200).body();
        assert_eq!(ready, json!({ "status": "ok" }));
        served.stop().await;
    }
}

#[tokio::test]
async fn what_looks_after_a_database_never_begins_one() {
    for command in ["check", "rotate-keys"] {
        let folder = tempfile::tempdir().unwrap();
        let finished = run(folder.path(), &[command]).await;
        assert_eq!(finished.status.code(), Some(1), "{finished:?}");
        let said = finished.stderr.join("\n");
        assert!(
            said.contains("there is no database at data/concertation.sqlite"),
            "{said}"
        );
        assert_eq!(names_in(folder.path()), Vec::<String>::new());

        if let [.., Engine::Postgres] = engines()[..] {
            let flags = database_flags(Engine::Postgres);
            let finished = run(folder.path(), &[&[command], &*strs(&flags)].concat()).await;
            assert_eq!(finished.status.code(), Some(1), "{finished:?}");
            let said = finished.stderr.join("\n");
            assert!(said.contains("run `concertation migrate` first"), "{said}");
        }
    }
}

#[tokio::test]
async fn openapi_writes_the_contract_and_says_where_another_one_differs() {
    let folder = tempfile::tempdir().unwrap();
    let written = run(folder.path(), &["openapi", "--folder", "out"]).await;
    assert_eq!(written.status.code(), Some(0), "{written:?}");
    let check = ["openapi", "--folder", "out", "--check"];
    assert_eq!(run(folder.path(), &check).await.status.code(), Some(0));

    let file = folder.path().join("out/openapi.json");
    let text = std::fs::read_to_string(&file).unwrap();
    let line = text
        .lines()
        .position(|line| line.contains("\"title\": \"Concertation\""))
        .unwrap();
    let title = "\"title\": \"Concertation\"";
    std::fs::write(&file, text.replacen(title, "\"title\": \"Autre\"", 1)).unwrap();
    let differs = run(folder.path(), &check).await;
    assert_eq!(differs.status.code(), Some(1));
    let said = differs.stderr.join("\n");
    for words in [
        "out/openapi.json differs",
        &format!("line {}:", line + 1),
        "Autre",
        title,
    ] {
        assert!(said.contains(words), "{words} is not in: {said}");
    }

    std::fs::remove_file(&file).unwrap();
    let missing = run(folder.path(), &check).await;
    assert_eq!(missing.status.code(), Some(1));
    let said = missing.stderr.join("\n");
    assert!(said.contains("out/openapi.json: No such file"), "{said}");
}

#[tokio::test]
async fn the_committed_contract_is_the_one_of_the_code() {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let checked = run(workspace, &["openapi", "--check"]).await;
    assert_eq!(checked.status.code(), Some(0), "{checked:?}");
    assert_eq!(checked.stderr, Vec::<String>::new());
}

#[tokio::test]
async fn an_account_is_made_and_what_is_wrong_with_it_is_said() {
    for engine in engines() {
        let folder = tempfile::tempdir().unwrap();
        let flags = database_flags(engine);
        let create = |email: &str, role: &str, password: &str| {
            let command = [
                "user",
                "create",
                "--password-stdin",
                "--email",
                email,
                "--role",
                role,
            ];
            let launch = concertation(folder.path(), &[&command, &*strs(&flags)].concat());
            launch.input(format!("{password}\n")).run(LIMIT)
        };
        let made = create("Zoe@petr.example", "director,officer", STRONG_PASSWORD).await;
        assert_eq!(made.status.code(), Some(0), "{made:?}");
        let said = made.stderr.last().unwrap();
        assert_eq!(said, "Zoe@petr.example may sign in as director, officer.");

        for (email, role, password, words) in [
            (
                "zoe@PETR.example",
                "officer",
                STRONG_PASSWORD,
                "Another account has this address.",
            ),
            (
                "zoe.petr.example",
                "officer",
                STRONG_PASSWORD,
                "\"zoe.petr.example\" is no e-mail",
            ),
            (
                "a@petr.example",
                "boss",
                STRONG_PASSWORD,
                "director, officer, referent, funder",
            ),
            ("a@petr.example", "officer", "court", "characters"),
            ("a@petr.example", "officer", "", "characters"),
        ] {
            let refused = create(email, role, password).await;
            assert_eq!(
                refused.status.code(),
                Some(1),
                "{email} {role}: {refused:?}"
            );
            let said = refused.stderr.last().unwrap();
            assert!(
                said.starts_with("concertation: ") && said.contains(words),
                "{said}"
            );
            assert!(!said.contains(STRONG_PASSWORD));
        }
        let person = [
            "user",
            "create",
            "--email",
            "b@petr.example",
            "--role",
            "officer",
        ];
        let unasked = run(folder.path(), &person).await;
        assert_eq!(
            unasked.stderr.last().unwrap(),
            "concertation: no terminal to ask the password on; use --password-stdin"
        );
        let missing = run(
            folder.path(),
            &["user", "create", "--email", "a@petr.example"],
        )
        .await;
        assert_eq!(missing.status.code(), Some(2));
        assert!(missing.stderr.join("\n").contains("--role"), "{missing:?}");

        let served = Served::begin(folder.path(), &strs(&flags)).await;
        let zoe = served.staff("zoe@petr.example", STRONG_PASSWORD).await;
        let users = served.get("/v1/users").by(&zoe).await.expect(200).body();
        let emails: Vec<_> = users["data"]
            .as_array()
            .unwrap()
            .iter()
            .map(|user| &user["email"])
            .collect();
        assert_eq!(emails, ["Zoe@petr.example"], "{engine}");
        served.stop().await;
    }
}

#[tokio::test]
async fn rotated_keys_reach_a_running_service_and_leave_its_tokens_valid() {
    for engine in engines() {
        let folder = tempfile::tempdir().unwrap();
        let flags = database_flags(engine);
        create_user(
            folder.path(),
            "officer@petr.example",
            "officer",
            &strs(&flags),
        )
        .await;
        let served = Served::begin(folder.path(), &strs(&flags)).await;
        let before = served.staff("officer@petr.example", STRONG_PASSWORD).await;
        let keys = async || {
            let keys = served
                .get("/.well-known/jwks.json")
                .await
                .expect(200)
                .body();
            let keys = keys["keys"].as_array().unwrap().clone();
            keys.iter()
                .map(|key| key["kid"].as_str().unwrap().to_owned())
                .collect::<Vec<_>>()
        };
        let first = keys().await;
        assert_eq!(first.len(), 1);

        let rotated = run(folder.path(), &[&["rotate-keys"], &*strs(&flags)].concat()).await;
        assert_eq!(rotated.status.code(), Some(0), "{rotated:?}");
        let deadline = std::time::Instant::now() + LIMIT;
        let both = loop {
            match keys().await {
                both if both.len() == 2 => break both,
                _ => assert!(
                    std::time::Instant::now() < deadline,
                    "the new key is not seen"
                ),
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        };
        assert_eq!(both[1], first[0]);
        let after = served.staff("officer@petr.example", STRONG_PASSWORD).await;
        for (staff, kid) in [(&before, &both[1]), (&after, &both[0])] {
            assert_eq!(kid_of(&staff.token), *kid);
            let me = served.get("/v1/me").by(staff).await.expect(200).body();
            assert_eq!(me["email"], "officer@petr.example");
        }
        served.stop().await;
    }
}

pub(super) fn kid_of(token: &str) -> String {
    use base64::Engine as _;
    let head = token.split('.').next().unwrap();
    let head = base64::prelude::BASE64_URL_SAFE_NO_PAD
        .decode(head)
        .unwrap();
    let head: Value = serde_json::from_slice(&head).unwrap();
    head["kid"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn check_says_what_is_wrong_and_nothing_else() {
    for engine in engines() {
        let folder = tempfile::tempdir().unwrap();
        let flags = database_flags(engine);
        create_user(
            folder.path(),
            "officer@petr.example",
            "officer",
            &strs(&flags),
        )
        .await;
        let served = Served::begin(folder.path(), &strs(&flags)).await;
        let officer = served.staff("officer@petr.example", STRONG_PASSWORD).await;
        let event = served
            .call("POST", "/v1/events")
            .by(&officer)
            .json(&an_event("Vérifié"))
            .await;
        let event = event.expect(201).text("id");
        served.stop().await;

        let check = async || run(folder.path(), &[&["check"], &*strs(&flags)].concat()).await;
        let clean = check().await;
        assert_eq!(clean.status.code(), Some(0), "{clean:?}");
        assert_eq!(clean.stderr.last().unwrap(), "Nothing is wrong.");
        assert!(
            clean
                .stdout
                .iter()
                .any(|line| line.starts_with("audit entries: ")),
            "{clean:?}"
        );
        assert!(
            clean
                .stdout
                .iter()
                .any(|line| line.starts_with("head of the chain: "))
        );
        assert!(
            !clean.stdout.iter().any(|line| line.contains("FAULT")),
            "{clean:?}"
        );

        let database = match engine {
            Engine::Sqlite => {
                format!(
                    "sqlite:{}",
                    folder.path().join("data/concertation.sqlite").display()
                )
            }
            Engine::Postgres => flags[1].clone(),
        };
        let alter = "update audit_entries set operation = 'events_read' \
                     where operation = 'events_create'";
        assert_eq!(execute(&database, alter).await, 1);
        let altered = check().await;
        assert_eq!(altered.status.code(), Some(1), "{altered:?}");
        let faults: Vec<_> = altered
            .stdout
            .iter()
            .filter(|line| line.starts_with("FAULT "))
            .collect();
        assert_eq!(faults.len(), 1, "{altered:?}");
        assert!(
            faults[0].contains("audit chain") && faults[0].contains("was altered"),
            "{faults:?}"
        );

        let undo = "update audit_entries set operation = 'events_create' \
                    where operation = 'events_read'";
        assert_eq!(execute(&database, undo).await, 1);
        assert_eq!(check().await.status.code(), Some(0));
        assert_eq!(execute(&database, "delete from event_texts").await, 1);
        let missing = check().await;
        assert_eq!(missing.status.code(), Some(1), "{missing:?}");
        let said = missing.stdout.join("\n");
        assert!(said.contains(&format!("FAULT event {event}: ")), "{said}");
    }
}

#[tokio::test]
async fn help_names_every_command_and_setting() {
    let folder = tempfile::tempdir().unwrap();
    let commands = [
        "serve",
        "migrate",
        "openapi",
        "import",
        "user",
        "rotate-keys",
        "check",
    ];
    let settings = [
        "listen",
        "data-dir",
        "database-url",
        "database-password-file",
        "read-database-url",
        "public-url",
        "petr-name",
        "perimeter",
        "master-key-file",
        "trusted-proxies",
        "rate-limits",
        "log",
        "log-format",
        "request-timeout",
        "shutdown-timeout",
    ];
    let help = run(folder.path(), &["--help"]).await;
    assert_eq!(help.status.code(), Some(0));
    let said = help.stdout.join("\n");
    for command in commands {
        assert!(
            said.contains(&format!("\n  {command} ")),
            "{command} is not in: {said}"
        );
    }
    let own: [(&[&str], &[&str]); 7] = [
        (&["serve"], &["--demo"]),
        (&["migrate"], &[]),
        (&["openapi"], &["--folder", "--check"]),
        (&["import"], &["<FILE>", "--dry-run", "--publish"]),
        (
            &["user", "create"],
            &["--email", "--role", "--name", "--password-stdin"],
        ),
        (&["rotate-keys"], &[]),
        (&["check"], &[]),
    ];
    for (command, flags) in own {
        let help = run(folder.path(), &[command, &["--help"]].concat()).await;
        assert_eq!(help.status.code(), Some(0));
        let said = help.stdout.join("\n");
        for flag in flags {
            assert!(said.contains(flag), "{flag} is not in: {said}");
        }
        for setting in settings {
            let variable = format!("CONCERTATION_{}", setting.to_uppercase().replace('-', "_"));
            assert!(
                said.contains(&format!("--{setting} <")),
                "--{setting} is not in: {said}"
            );
            assert!(said.contains(&variable), "{variable} is not in: {said}");
        }
    }
    let version = run(folder.path(), &["--version"]).await;
    assert_eq!(
        version.stdout,
        [concat!("concertation ", env!("CARGO_PKG_VERSION"))]
    );
    assert_eq!(names_in(folder.path()), Vec::<String>::new());
}
