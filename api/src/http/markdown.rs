//! Markdown made into HTML that is safe to show on anybody's page.

use pulldown_cmark::{Event, Options, Parser, html};

/// How deep quotations and lists may stand in each other. One character opens a level, and the cost of
/// cleaning grows with the square of the depth: deeper ones are written on this level.
const DEEPEST: usize = 32;

/// The HTML of a description. Raw HTML in it is cleaned like the rest: no script, no style, no frame,
/// no foreign image; links leave without a referrer.
pub(crate) fn to_html(markdown: &str) -> String {
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH;
    let mut rendered = String::with_capacity(markdown.len() * 3 / 2);
    let mut depth = 0;
    let shallow = Parser::new_ext(markdown, options).filter(|event| match event {
        Event::Start(_) => {
            depth += 1;
            depth <= DEEPEST
        }
        Event::End(_) => {
            depth -= 1;
            depth < DEEPEST
        }
        _ => true,
    });
    html::push_html(&mut rendered, shallow);
    let mut cleaner = ammonia::Builder::default();
    cleaner
        .rm_tags(["img"])
        .url_schemes(["http", "https", "mailto", "tel"].into())
        .link_rel(Some("noopener noreferrer nofollow"));
    cleaner.clean(&rendered).to_string()
}

#[cfg(test)]
mod tests {
    use super::to_html;

    #[test]
    fn markdown_becomes_html() {
        let html = to_html("## Au programme\n\n- un\n- **deux**\n\n[lien](https://a.example)");
        assert!(html.contains("<h2>Au programme</h2>"), "{html}");
        assert!(html.contains("<li><strong>deux</strong></li>"), "{html}");
        assert!(
            html.contains("rel=\"noopener noreferrer nofollow\""),
            "{html}"
        );
    }

    #[test]
    fn what_stands_too_deep_stays_and_costs_no_more() {
        let html = to_html(&format!("{} fin", ">".repeat(10_000)));
        assert_eq!(html.matches("<blockquote>").count(), super::DEEPEST);
        assert_eq!(html.matches("</blockquote>").count(), super::DEEPEST);
        assert!(html.contains("fin"), "{html}");
    }

    #[test]
    fn nothing_that_runs_or_loads_survives() {
        for evil in [
            "<script>alert(1)</script>",
            "<img src=x onerror=alert(1)>",
            "![x](https://tracker.example/p.gif)",
            "[x](javascript:alert(1))",
            "<iframe src=\"https://a.example\"></iframe>",
            "<a href=\"https://a.example\" onclick=\"x()\" style=\"position:fixed\">x</a>",
            "<svg onload=alert(1)>x</svg>",
        ] {
            let html = to_html(evil).to_lowercase();
            for trace in [
                "<script",
                "onerror",
                "<img",
                "javascript:",
                "<iframe",
                "onclick",
                "style=",
                "onload",
            ] {
                assert!(!html.contains(trace), "{evil} gave {html}");
            }
        }
    }
}
