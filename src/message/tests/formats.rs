//! One text in the forms of chats and pages, whatever stands in it.

use super::*;

#[test]
fn forms_for_chats_and_pages() {
    let draft = Draft {
        template: "t".into(),
        stage: Stage::Progress,
        subject: Some("A & B".into()),
        short: None,
        text: "1. <!channel> *bold* & [link](javascript:x)\n- first\n@everyone".into(),
        gaps: Vec::new(),
        outside: true,
    };
    let slack = Format::Slack.render(&draft, "identified").text;
    let value: serde_json::Value = serde_json::from_str(&slack).unwrap();
    assert!(value["text"].as_str().unwrap().contains("&lt;!channel&gt;"), "{slack}");
    assert!(value["text"].as_str().unwrap().starts_with("*A &amp; B*"), "{slack}");
    let markdown = Format::Markdown.render(&draft, "").text;
    assert!(
        markdown.contains("1\\. \\<!channel\\> \\*bold\\* \\& \\[link\\](javascript:x)"),
        "{markdown}"
    );
    assert!(markdown.contains("\n- first\n"), "{markdown}");
    let discord: serde_json::Value = serde_json::from_str(&Format::Discord.render(&draft, "").text).unwrap();
    assert_eq!(discord["allowed_mentions"]["parse"], serde_json::json!([]));
    let teams: serde_json::Value = serde_json::from_str(&Format::Teams.render(&draft, "").text).unwrap();
    assert_eq!(teams["attachments"][0]["content"]["body"][0]["text"], "A \\& B");
    let page: serde_json::Value = serde_json::from_str(&Format::StatusPage.render(&draft, "identified").text).unwrap();
    assert_eq!(page["incident"]["status"], "identified");
    let long = Draft {
        text: "x".repeat(2_001),
        subject: None,
        ..draft
    };
    assert!(Format::Discord.render(&long, "").too_long.is_some());
    assert!(Format::Plain.render(&long, "").too_long.is_none());
}

/// What a reader of Markdown sees: the words, and whether anything of it is more than words.
fn read(markdown: &str) -> (String, bool) {
    use pulldown_cmark::{Event, Parser, Tag};
    let (mut words, mut active) = (String::new(), false);
    for event in Parser::new(markdown) {
        match event {
            Event::Text(text) => words.push_str(&text),
            Event::SoftBreak | Event::HardBreak => words.push('\n'),
            Event::Start(Tag::Paragraph | Tag::List(None) | Tag::Item) | Event::End(_) => {}
            _ => active = true,
        }
    }
    (words, active)
}

#[test]
fn sixty_six_hostile_texts_stay_words_in_every_form() {
    for text in crate::escape::tests::hostile() {
        let shown = crate::text::lines(&text).into_owned();
        let draft = Draft {
            template: "t".into(),
            stage: Stage::Progress,
            subject: Some(crate::text::one_line(&text).into_owned()),
            short: None,
            text: shown.clone(),
            gaps: Vec::new(),
            outside: true,
        };
        let json = |format: Format| -> serde_json::Value {
            let made = format.render(&draft, "identified");
            serde_json::from_str(&made.text).unwrap_or_else(|error| panic!("{format} {text:?}: {error}"))
        };
        let slack = json(Format::Slack);
        let said = slack["text"].as_str().unwrap();
        assert!(!said.contains(['<', '>']), "{said}");
        let discord = json(Format::Discord);
        assert_eq!(discord["allowed_mentions"]["parse"], serde_json::json!([]));
        assert_eq!(json(Format::StatusPage)["incident"]["body"], shown);
        let cards = json(Format::Teams);
        let blocks = cards["attachments"][0]["content"]["body"].as_array().unwrap();
        let mut marked: Vec<String> = blocks
            .iter()
            .map(|block| block["text"].as_str().unwrap().to_owned())
            .collect();
        marked.push(json(Format::Mattermost)["text"].as_str().unwrap().to_owned());
        marked.push(
            Format::Markdown
                .render(&draft, "")
                .text
                .split_once("\n\n")
                .unwrap()
                .1
                .to_owned(),
        );
        for markdown in marked {
            let (_, active) = read(&markdown);
            assert!(!active, "{text:?} became {markdown:?}");
        }
        // Nothing that a terminal would act on is left in what is copied.
        for format in Format::KNOWN.iter().filter_map(|word| Format::parse(word)) {
            let made = format.render(&draft, "identified").text;
            assert!(!made.chars().any(|c| c.is_control() && c != '\n'), "{format} {text:?}");
        }
    }
}
