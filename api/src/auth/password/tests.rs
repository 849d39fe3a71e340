//! Passwords: who gets in, at what cost, and what may be chosen.

use std::collections::HashSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use proptest::prelude::*;

use super::*;

#[tokio::test]
async fn a_hash_verifies_its_password_alone() {
    let passwords = Passwords::new().unwrap();
    let hash = passwords.hash("la forêt de Chaux".into()).await.unwrap();
    assert!(
        passwords
            .verify("la forêt de Chaux".into(), Some(&hash))
            .await
            .unwrap()
    );
    assert!(
        !passwords
            .verify("la foret de Chaux".into(), Some(&hash))
            .await
            .unwrap()
    );
    assert!(!passwords.verify(String::new(), Some(&hash)).await.unwrap());
    assert_ne!(
        passwords.hash("la forêt de Chaux".into()).await.unwrap(),
        hash,
        "salted"
    );
}

#[tokio::test]
async fn an_accent_in_one_or_two_characters_is_the_same() {
    let passwords = Passwords::new().unwrap();
    let hash = passwords.hash("for\u{ea}t de Chaux".into()).await.unwrap();
    assert!(
        passwords
            .verify("fore\u{302}t de Chaux".into(), Some(&hash))
            .await
            .unwrap()
    );
}

#[tokio::test]
async fn an_unknown_account_costs_the_same_and_is_refused() {
    let passwords = Passwords::new().unwrap();
    assert!(
        !passwords
            .verify("whatever it is".into(), None)
            .await
            .unwrap()
    );
    let hash = passwords.hash("whatever it is".into()).await.unwrap();
    let cost = |hash: &str| hash.rsplitn(3, '$').nth(2).map(str::to_owned);
    assert_eq!(cost(&passwords.decoy), cost(&hash));
}

#[test]
fn the_service_hashes_at_the_full_cost() {
    let passwords = Passwords::with_params(OWASP).unwrap();
    assert!(
        passwords
            .decoy
            .starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
        "{}",
        passwords.decoy
    );
    assert!(passwords.permits.available_permits() >= 2);
}

#[tokio::test]
async fn a_stored_hash_that_is_none_is_an_error() {
    let passwords = Passwords::new().unwrap();
    for hash in [
        "",
        "plain",
        "$argon2id$",
        "$1$abc$def",
        "$argon2id$v=19$m=64,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA",
    ] {
        let answer = passwords.verify("whatever it is".into(), Some(hash)).await;
        assert!(!matches!(answer, Ok(true)), "{hash}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_more_hashes_at_once_than_permits_even_when_clients_hang_up() {
    let passwords = Arc::new(Passwords::new().unwrap());
    let bound = passwords.permits.available_permits();
    let (now, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let tasks: Vec<_> = (0..4 * bound)
        .map(|_| {
            let (passwords, now, most) = (passwords.clone(), now.clone(), most.clone());
            tokio::spawn(async move {
                let work = passwords.off_the_workers(move || {
                    most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                    thread::sleep(Duration::from_millis(20));
                    now.fetch_sub(1, Ordering::SeqCst);
                });
                // Shorter than the work: every future is dropped while its work goes on.
                let _ = tokio::time::timeout(Duration::from_millis(5), work).await;
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    let _all_back = passwords
        .permits
        .acquire_many(u32::try_from(bound).unwrap())
        .await
        .unwrap();
    assert!(most.load(Ordering::SeqCst) <= bound);
    assert_eq!(now.load(Ordering::SeqCst), 0);
}

#[test]
fn length_counts_characters() {
    assert_eq!(check_strength("àéîôüçœæÿñë"), Err(WeakPassword::TooShort));
    assert_eq!(check_strength("àéîôüçœæÿñëï"), Ok(()));
    let long: String = "correct horse battery staple "
        .chars()
        .cycle()
        .take(257)
        .collect();
    assert_eq!(check_strength(&long), Err(WeakPassword::TooLong));
    let long = format!("{}{}", generate(), " un deux trois quatre".repeat(11));
    assert_eq!((long.chars().count(), check_strength(&long)), (255, Ok(())));
}

#[test]
fn what_everybody_tries_is_refused() {
    for password in [
        "aaaaaaaaaaaa",
        "            ",
        "abcabcabcabc",
        "xK9!xK9!xK9!",
        "123456789012",
        "987654321098",
        "abcdefghijkl",
        "zyxwvutsrqpo",
        "azertyuiopqs",
        "QWERTYUIOPAS",
        "abc123abc123",
        "aaaabbbbcccc",
        "azertyuiop12",
        "111122223333",
    ] {
        assert_eq!(
            check_strength(password),
            Err(WeakPassword::Predictable),
            "{password}"
        );
    }
    for password in [
        "motdepasse12",
        "Mot de passe 2026!",
        "motdepasse839274",
        "m0tdep@sse2026",
        "Password1234!",
        "P@$$w0rd-2026",
        "concertation2026",
        "Concertation!39",
        "admin-admin-2026",
        "AdministrateurX1",
        "bonjour-soleil",
        "azerty-motdepasse",
        "changeme-4821",
    ] {
        assert_eq!(
            check_strength(password),
            Err(WeakPassword::Common),
            "{password}"
        );
    }
}

#[test]
fn an_honest_password_passes() {
    for password in [
        "demonstration",
        "la forêt de Chaux",
        "correct horse battery",
        "39100-Dole-2026",
        "k3vd-9xpm-2hqa",
        "mon admin aime le comté",
        "7391 4820 6617",
        "пароль не простой",
        "🦊🌲🐸🌻🐝🍄🦉🌾🐌🍂🦔🌰",
    ] {
        assert_eq!(check_strength(password), Ok(()), "{password}");
    }
}

#[test]
fn generated_passwords_are_strong_readable_and_of_every_character() {
    let mut seen = HashSet::new();
    for _ in 0..200 {
        let password = generate();
        assert_eq!(password.len(), 24);
        assert!(
            password.split('-').all(|group| group.len() == GROUP_CHARS),
            "{password}"
        );
        assert_eq!(check_strength(&password), Ok(()), "{password}");
        seen.extend(password.bytes().filter(|byte| *byte != b'-'));
    }
    assert_eq!(seen, READABLE.iter().copied().collect());
}

proptest! {
    #[test]
    fn any_text_is_judged(password in "\\PC{0,300}") {
        let _ = check_strength(&password);
    }
}
