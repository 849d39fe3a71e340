//! What a text should have been that is not of its form.

/// In both languages.
pub(super) fn malformed(form: &str) -> (String, String) {
    let (french, english) = match form {
        "email" => (
            "une adresse électronique (nom@exemple.fr)",
            "an e-mail address (name@example.org)",
        ),
        "url" => ("une adresse http ou https", "an http or https address"),
        "insee_code" => (
            "un code INSEE de commune (54329, 2A004)",
            "an INSEE commune code (54329)",
        ),
        "siren" => ("un numéro SIREN valide", "a valid SIREN number"),
        "siret" => (
            "un numéro SIRET valide (14 chiffres)",
            "a valid SIRET number (14 digits)",
        ),
        "rna" => ("un numéro RNA (W543001234)", "an RNA number (W543001234)"),
        "slug" => (
            "des mots en minuscules sans accents, joints par des tirets",
            "lower-case words joined by hyphens",
        ),
        "telephone" => ("un numéro de téléphone", "a telephone number"),
        "language" => ("un code de langue (fr, de)", "a language tag (fr, de)"),
        "local_time" => (
            "une heure locale sans décalage (2026-03-28T18:30:00)",
            "a local time without offset (2026-03-28T18:30:00)",
        ),
        "local_time_or_day" => (
            "une heure locale sans décalage (2026-03-28T18:30:00) ou un jour (2026-03-28)",
            "a local time without offset (2026-03-28T18:30:00) or a day (2026-03-28)",
        ),
        "day" => ("un jour (2026-03-28)", "a day (2026-03-28)"),
        "instant" => (
            "un instant (2026-03-28T17:30:00Z) ou un jour (2026-03-28)",
            "an instant (2026-03-28T17:30:00Z) or a day (2026-03-28)",
        ),
        "recurrence_rule" => (
            "une règle de récurrence (RFC 5545) lisible, telle que FREQ=WEEKLY;BYDAY=TH;COUNT=10, \
             avec COUNT ou UNTIL mais pas les deux",
            "a readable recurrence rule (RFC 5545), such as FREQ=WEEKLY;BYDAY=TH;COUNT=10, with \
             COUNT or UNTIL but not both",
        ),
        "uuid" => ("un identifiant (UUID)", "an id (UUID)"),
        "boolean" => ("true ou false", "true or false"),
        "integer" => ("un nombre entier", "a whole number"),
        "number" => ("un nombre (2.5)", "a number (2.5)"),
        "decimal" => (
            "un nombre de trois décimales au plus (12.5)",
            "a number of three decimals at most (12.5)",
        ),
        "point" => (
            "un point : latitude,longitude en degrés (48.5921,6.4961)",
            "a point: latitude,longitude in degrees (48.5921,6.4961)",
        ),
        "idempotency_key" => (
            "1 à 255 caractères ASCII visibles",
            "1 to 255 printable ASCII characters",
        ),
        _ => (
            "une valeur de la forme attendue",
            "a value of the expected form",
        ),
    };
    (
        format!("Ce n’est pas {french}."),
        format!("This is not {english}."),
    )
}
