//! What must come of ten small runbooks, one of each style that people write, and of anything that is Markdown.

use proptest::prelude::*;

use super::*;

/// Every file of `tests/data/runbooks` with its text.
macro_rules! files {
    ($($name:literal)+) => {
        [$(($name, include_str!(concat!("../../tests/data/runbooks/", $name)))),+]
    };
}

fn texts() -> [(&'static str, &'static str); 10] {
    files! {
        "prose-only.md" "fixed-headings-bullets.md" "numbered-with-code.md" "change-plan-tasks.md" "many-in-one.md"
        "stub.md" "table-and-tasks.md" "reviewed-front-matter.md.erb" "executable-attributes.md" "html-tabs.md"
    }
}

fn book(file: &str) -> Runbook {
    let (_, text) = texts().into_iter().find(|(name, _)| *name == file).unwrap();
    Runbook::read(file.trim_end_matches(".erb").trim_end_matches(".md"), text)
}

#[test]
fn ten_styles_give_what_was_expected() {
    let table = include_str!("../../tests/data/runbooks/expected.tsv");
    let rows = table
        .lines()
        .filter(|line| !line.starts_with('#') && !line.starts_with("file\t"));
    let mut seen = 0;
    for row in rows {
        let cells: Vec<&str> = row.split('\t').collect();
        let book = book(cells[0]);
        assert_eq!(book.title, cells[1], "{row}");
        let steps = book.steps(None, None);
        let number = |cell: &str| cell.split(' ').next().unwrap().parse::<usize>().unwrap();
        assert_eq!(steps.steps.len(), number(cells[2]), "{row}\n{steps:#?}");
        let source = steps.source.map_or("-", |_| steps.said.as_str());
        if book.entries.is_empty() {
            assert_eq!(source, cells[3].trim_end_matches(", top level"), "{row}");
        }
        let commands: Vec<_> = steps.commands().map(|command| &command.text).collect();
        assert_eq!(commands.len(), number(cells[4]), "{row}\n{commands:#?}");
        assert_eq!(steps.gaps().len(), number(cells[5]), "{row}\n{:#?}", steps.gaps());
        seen += 1;
    }
    assert_eq!(seen, 10);
}

fn commands(steps: &Steps) -> Vec<&str> {
    steps.commands().map(|command| command.text.as_str()).collect()
}

fn gaps(steps: &Steps) -> Vec<String> {
    steps.gaps().into_iter().map(|gap| gap.written).collect()
}

#[test]
fn prose_gives_its_paragraphs_and_the_command_in_them() {
    let book = book("prose-only.md");
    let steps = book.steps(None, None);
    assert_eq!(commands(&steps), ["kubectl -n shop get pods"]);
    assert!(steps.steps.iter().all(|step| step.purpose.is_procedure()));
}

#[test]
fn bullets_keep_what_stands_below_them_and_a_gap_is_asked_once() {
    let steps = book("fixed-headings-bullets.md").steps(None, None);
    assert_eq!(steps.steps[2].steps.len(), 2);
    assert_eq!(
        steps.steps[2].whole_text(),
        "Memory limit too low?: compare with the week before; ask whether data grew"
    );
    assert_eq!(gaps(&steps), ["$POD"]);
}

#[test]
fn numbered_items_keep_their_code_and_lose_prompts_and_output() {
    let steps = book("numbered-with-code.md").steps(None, None);
    assert_eq!(
        commands(&steps),
        [
            "queuectl stats --queue <queue-name>",
            "export NAMESPACE=\"shop\"",
            "kubectl -n \"$NAMESPACE\" top pods -l app=consumer",
            "kubectl -n \"$NAMESPACE\" delete pod <pod>",
            "kubectl -n \"$NAMESPACE\" wait --for=condition=Ready pod -l app=consumer",
        ]
    );
    assert_eq!(gaps(&steps), ["<queue-name>", "<pod>"]);
    assert!(steps.steps[2].text.starts_with("If one consumer") && steps.steps[2].position == "3");
    assert_eq!(steps.steps[3].section, "Mitigation");
}

#[test]
fn boxes_keep_their_boxes_and_a_fence_that_is_indented_too_far_is_read() {
    let book = book("change-plan-tasks.md");
    let steps = book.steps(None, None);
    let texts: Vec<&str> = steps.steps.iter().map(|step| step.text.as_str()).collect();
    assert_eq!(texts[0], "Tell the channel");
    assert_eq!(steps.steps[3].steps.len(), 2);
    assert!(steps.steps[4].ticked && !steps.steps[3].ticked);
    assert_eq!(commands(&steps), ["vaultctl get db/app > /tmp/old"]);
    assert_eq!(steps.steps[2].text, "Keep the old value:");
    assert_eq!(gaps(&steps), ["@____"]);
}

#[test]
fn one_file_with_many_runbooks_asks_which() {
    let book = book("many-in-one.md");
    let count = |name: &str| book.steps(Some(book.entry(name).unwrap()), None).steps.len();
    assert_eq!(
        (count("StoreDown"), count("storeslow"), count("StoreReadOnly")),
        (3, 1, 0)
    );
    assert_eq!(book.entries.len(), 3);
    let steps = book.steps(book.entry("StoreDown"), None);
    assert_eq!(steps.list, "many-in-one/StoreDown");
    assert_eq!(steps.steps[0].id, "many-in-one.storedown.is-the-process-there");
    assert_eq!(
        (steps.steps[0].purpose, steps.steps[2].purpose),
        (Purpose::Diagnosis, Purpose::Resolution)
    );
}

#[test]
fn names_and_dangers_of_blocks_are_kept_and_pictures_are_no_commands() {
    let book = book("executable-attributes.md");
    let steps = book.steps(None, None);
    let names: Vec<_> = steps
        .commands()
        .map(|command| command.name.as_deref().unwrap())
        .collect();
    assert_eq!(names, ["largest", "drop-old-logs", "verify"]);
    let drop = steps.find("drop-old-logs").unwrap();
    assert_eq!(drop.commands[0].danger, ["-delete"]);
    assert!(drop.text.starts_with("Remove rotated logs"));
    assert!(steps.find("verify").unwrap().verifies());
    assert_eq!(book.front.services, ["orders"]);
}

#[test]
fn tables_templates_and_comments_are_no_steps_and_warnings_stand_first() {
    let tasks = book("table-and-tasks.md").steps(None, None);
    assert_eq!(gaps(&tasks), ["KEY"]);
    assert_eq!(tasks.steps[0].text, "Keep evidence first: copy the audit log");
    let tabs = book("html-tabs.md");
    assert_eq!(
        tabs.cautions,
        ["Only from the jump host.", "Never restart both routers at once."]
    );
    assert_eq!(tabs.steps(None, None).steps[0].text, "Ping it");
    let erb = book("reviewed-front-matter.md.erb");
    assert_eq!(erb.name, "reviewed-front-matter");
    assert_eq!(erb.front.owner.as_deref(), Some("#storage"));
    assert!(erb.sections.iter().all(|section| !section.title.contains('%')));
}

#[test]
fn another_source_can_be_chosen_and_the_others_are_told() {
    let book = book("numbered-with-code.md");
    let steps = book.steps(None, None);
    assert_eq!(
        steps.others,
        [(Source::Code, 3), (Source::Bullets, 5), (Source::Headings, 2)]
    );
    let code = book.steps(None, Some(Source::Code));
    assert_eq!(code.source, Some(Source::Code));
    assert_eq!(code.steps[0].text, "Count what waits:");
    assert!(book.steps(None, Some(Source::Tasks)).steps.is_empty());
}

#[test]
fn ids_are_the_same_for_everybody_and_no_two_alike() {
    let text = "# T\n\n## Do\n\n1. Restart it\n2. Restart it\n3. Restart it!\n4. 再起動\n5. 停止\n";
    let ids = |text: &str| -> Vec<String> {
        let steps = Runbook::read("a b/c", text).steps(None, None);
        steps.steps.into_iter().map(|step| step.id).collect()
    };
    let all = ids(text);
    assert_eq!(all[0], "a-b-c.do.restart-it");
    assert_eq!(all, ids(text));
    assert_eq!(all.iter().collect::<std::collections::BTreeSet<_>>().len(), 5);
}

#[test]
fn code_that_is_not_indented_stays_with_its_item() {
    let text = "1. Look\n```sh\nls -l\n```\n2. Stop it\n\n```sh\nrm x\n```\n";
    let steps = Runbook::read("x", text).steps(None, None);
    assert_eq!(steps.steps.len(), 2);
    assert_eq!(steps.steps[0].commands[0].text, "ls -l");
    assert_eq!(steps.steps[1].commands[0].text, "rm x");
}

fn texts_of(text: &str) -> Vec<String> {
    let steps = Runbook::read("x", text).steps(None, None);
    steps.steps.into_iter().map(|step| step.text).collect()
}

#[test]
fn a_section_in_another_form_than_the_rest_keeps_its_steps() {
    // Boxes at the end are not all there is to do.
    let boxes = "# A\n## Diagnosis\n1. look\n## Mitigation\n1. fix\n## Follow-up\n- [ ] write\n";
    assert_eq!(texts_of(boxes), ["look", "fix", "write"]);
    let said = Runbook::read("x", boxes).steps(None, None).said;
    assert_eq!(said, "numbered items of Diagnosis and Mitigation, task boxes");
    let code = "# A\n## Prerequisites\n1. VPN\n## Mitigation\nRestart it:\n```sh\nsystemctl restart x\n```\n";
    assert_eq!(texts_of(code), ["VPN", "Restart it:"]);
    let headings = "# A\n## Step 1: Drain\n```sh\nkubectl drain n\n```\n## Step 2: Reboot\n1. press\n2. wait\n## Step 3: Back\n\
                    ```sh\nkubectl uncordon n\n```\n";
    assert_eq!(texts_of(headings), ["Step 1: Drain", "press", "wait", "Step 3: Back"]);
    let mixed = "# A\n## Mitigation\n1. stop\n2. start\n\n- [ ] tell\n";
    assert_eq!(texts_of(mixed), ["stop", "start", "tell"]);
    let seen = "# A\n## Symptoms\n1. slow\n## Mitigation\n1. fix\n";
    assert_eq!(texts_of(seen), ["fix"]);
    assert_eq!(texts_of("# A\n## Symptoms\n1. slow\n"), ["slow"]);
    // What leads to the sections below it is no step.
    let lead = "# A\n## Mitigation\nTake one.\n### Restart it\n1. press\n## Diagnosis\n1. look\n";
    assert_eq!(texts_of(lead), ["press", "look"]);
    // What was asked for is what is given.
    let only = Runbook::read("x", boxes).steps(None, Some(Source::Tasks));
    assert_eq!((only.steps.len(), only.said.as_str()), (1, "task boxes"));
}

#[test]
fn code_between_items_is_not_lost() {
    let text = "## Steps\nFirst:\n```sh\nls -a\n```\n1. Look\n\nLike this:\n\n```sh\nls -b\n```\n\n<details>\n\n```sh\nls -c\n```\n\n\
                </details>\n\n2. Stop\n\n| what | how |\n|---|---|\n| x | `ls -d x` |\n";
    let steps = Runbook::read("x", text).steps(None, None);
    let all: Vec<Vec<&str>> = steps
        .steps
        .iter()
        .map(|step| step.commands.iter().map(|command| command.text.as_str()).collect())
        .collect();
    assert_eq!(all, [vec!["ls -a"], vec!["ls -b", "ls -c"], vec!["ls -d x"]]);
    let jekyll = "## Steps\n1. Stop\n{% highlight bash %}\nkubectl delete pod x\n{% endhighlight %}\n";
    let steps = Runbook::read("x", jekyll).steps(None, None);
    assert_eq!(commands(&steps), ["kubectl delete pod x"]);
    assert_eq!(steps.steps[0].text, "Stop");
}

#[test]
fn bold_lines_are_headings_and_items_beside_code_are_kept() {
    let bold = "# A\n\n**Diagnosis**\n\n- look\n\n**Mitigation:**\n\n- fix\n- tell\n\n**Warning**\n\nhot\n";
    let steps = Runbook::read("x", bold).steps(None, None);
    assert_eq!(steps.said, "bullets of Diagnosis and Mitigation");
    assert_eq!(steps.steps.len(), 3);
    let mixed = "## Steps\n- look:\n  ```sql\n  SELECT 1;\n  ```\n- end it: `kubectl delete pod x`\n- wait\n";
    let steps = Runbook::read("x", mixed).steps(None, None);
    assert_eq!(steps.steps.len(), 3);
    assert_eq!(commands(&steps), ["SELECT 1;", "kubectl delete pod x"]);
}

#[test]
fn tables_of_commands_give_them_under_their_heading() {
    let text = "# A\n## Diagnosis\n| what | how |\n|---|---|\n| pods | `kubectl get pods` |\n## Mitigation\n1. Stop\n";
    let steps = Runbook::read("x", text).steps(None, None);
    assert_eq!(commands(&steps), ["kubectl get pods"]);
    assert_eq!(steps.steps[0].text, "Diagnosis");
}

#[test]
fn headings_of_the_first_level_are_sections_where_there_are_several() {
    let text = "# A\n# Mitigation\n- fix it\n# Escalation\n- call\n";
    assert_eq!(texts_of(text), ["fix it"]);
    let book = Runbook::read("x", "# Symptoms\nslow\n# Diagnosis\n- look\n# Mitigation\n- fix\n");
    assert_eq!((book.title.as_str(), book.steps(None, None).steps.len()), ("x", 2));
    let one = Runbook::read("x", "# Restart the cluster\n1. a\n# Verification\n1. b\n");
    assert_eq!(one.title, "Restart the cluster");
}

#[test]
fn a_section_without_bullets_gives_its_paragraphs() {
    let text = "# A\n## Diagnosis\n- look\n- see\n## Mitigation\nRoll back.\n";
    let steps = Runbook::read("x", text).steps(None, None);
    assert_eq!(steps.steps.len(), 3);
    assert_eq!(steps.said, "bullets of Diagnosis, paragraphs of Mitigation");
}

#[test]
fn deep_nesting_is_flattened_and_no_text_is_lost() {
    let mut text = String::new();
    for depth in 0..300 {
        text.push_str(&format!("{}- item{depth}\n", "  ".repeat(depth)));
    }
    let quotes = format!("{}deep words\n", "> ".repeat(5000));
    for given in [text, quotes] {
        let book = Runbook::read("x", &given);
        assert!(format!("{:?}", book.blocks).len() > 100);
    }
}

/// Markdown as people write it, and worse.
fn markdown() -> impl Strategy<Value = String> {
    let line = prop_oneof![
        "#{1,4} [A-Z][a-z]{2,8}( [a-z]{3,6}){0,2}",
        "[A-Z][a-z ]{3,30}\\.",
        "",
        "[A-Z][a-z ]{3,20} `kubectl get [a-z]{3}` [a-z]{2}\\.",
        "(- |\\* |1\\. |[0-9]{1,2}\\) |> |    |  - |\t- |- \\[ \\] |- \\[x\\] |   1\\. |  - \\[ \\] )[a-z<>{}$_*`|#-]{1,12}",
        "(```|~~~|````)(sh|console| \\{name=x\\}|)?",
        "(\\$ |# |)[a-z]{2,6} (-[a-z]|<[a-z]{3}>|\\$[A-Z]{2,4}|\\\\)",
        "\\| [a-z] \\| [a-z] \\|",
        "\\|---\\|---\\|",
        "<details>|</details>|<!-- [a-z]+|-->|\\{\\{< [a-z]+ >\\}\\}|---|\\+\\+\\+|> \\[!CAUTION\\]|!!! warning",
        "[\u{0}-\u{ff}]{0,12}",
    ];
    proptest::collection::vec(line, 0..40).prop_map(|lines| lines.join("\n"))
}

/// Boxes and numbered items that stand at the beginning of a line, each with a word of its own.
fn listed() -> impl Strategy<Value = (String, Vec<String>, Vec<String>)> {
    let item = (0usize..2, any::<bool>(), 0usize..3);
    proptest::collection::vec(item, 1..25).prop_map(|items| {
        let (mut text, mut boxes, mut numbers) = (String::from("# T\n\n"), Vec::new(), Vec::new());
        for (number, (deep, boxed, before)) in items.into_iter().enumerate() {
            text.push_str(["", "\n## Steps\n\n", "\nSome words.\n\n"][before]);
            let indent = if deep > 0 && before == 0 && number > 0 {
                "    "
            } else {
                ""
            };
            let word = format!("word{number}q");
            if boxed {
                text.push_str(&format!("{indent}- [ ] {word}\n"));
                boxes.push(word);
            } else {
                text.push_str(&format!("{indent}1. {word}\n"));
                numbers.push(word);
            }
        }
        (text, boxes, numbers)
    })
}

proptest! {
    #![proptest_config(crate::trials::cases(400))]

    #[test]
    fn anything_is_read_and_left_as_it_is(text in markdown()) {
        let book = Runbook::read("x", &text);
        prop_assert_eq!(&*book.text, text.as_str());
        for source in std::iter::once(None).chain(Source::ALL.map(Some)) {
            let steps = book.steps(None, source);
            let mut ids = std::collections::BTreeSet::new();
            for step in steps.flat() {
                prop_assert!(!step.text.is_empty() && !step.text.contains('\n'), "{:?}", step);
                prop_assert!(ids.insert(step.id.clone()), "{} twice", step.id);
                prop_assert!(text.get(step.range.clone()).is_some(), "{:?}", step.range);
                prop_assert!(step.line >= 1 && step.line <= text.split('\n').count());
            }
        }
        for entry in &book.entries {
            book.steps(Some(entry), None);
        }
    }

    #[test]
    fn no_box_and_no_numbered_item_is_lost((text, boxes, numbers) in listed()) {
        let book = Runbook::read("x", &text);
        let whole = |source| {
            let steps = book.steps(None, Some(source));
            let words: Vec<String> = steps.flat().map(|step| step.text.clone()).collect();
            words
        };
        let (tasks, numbered) = (whole(Source::Tasks), whole(Source::Numbered));
        // Where no source is named nothing of either is lost.
        let steps = book.steps(None, None);
        let both: Vec<String> = steps.flat().map(|step| step.text.clone()).collect();
        for word in boxes.iter().chain(&numbers) {
            prop_assert!(both.iter().any(|text| text.contains(word.as_str())), "{word} of {text}");
        }
        for word in &boxes {
            prop_assert!(tasks.iter().any(|text| text.contains(word.as_str())), "{word} of {text}");
        }
        for word in &numbers {
            prop_assert!(numbered.iter().any(|text| text.contains(word.as_str())), "{word} of {text}");
        }
    }
}

#[test]
fn a_list_of_links_is_no_list_of_steps() {
    let text = "# T\n\n## Diagnosis\n\n1. Look\n\n## References\n\n1. [Manual](https://a.example)\n2. Ask in #db\n\n## Related runbooks\n\n\
                1. https://a.example\n\n## Liens\n\n1. x\n\n## Link flaps\n\n1. Replace the cable\n";
    let texts = |text: &str| -> Vec<String> {
        let steps = Runbook::read("t", text).steps(None, None).steps;
        steps.into_iter().map(|step| step.text).collect()
    };
    assert_eq!(texts(text), ["Look", "Replace the cable"]);
    // A box is a step unless it only leads elsewhere.
    let text = "# T\n\n## Useful links\n\n- [ ] [Manual](https://a.example)\n- [ ] Ask the owner\n\n## Runbook\n\n- [ ] Restart it\n";
    assert_eq!(texts(text), ["Ask the owner", "Restart it"]);
    let text = "# T\n\n## Links\n\n- [ ] https://a.example\n\n## Runbook\n\n- Restart it\n- Watch it\n";
    assert_eq!(texts(text), ["Restart it", "Watch it"]);
}

#[test]
fn what_is_struck_out_stays_so_and_its_command_is_not_offered() {
    let steps = Runbook::read(
        "t",
        "# T\n\n1. ~~Restart: `systemctl restart x`~~ Reload: `systemctl reload x`\n",
    )
    .steps(None, None);
    assert_eq!(
        steps.steps[0].text,
        "~~Restart: systemctl restart x~~ Reload: systemctl reload x"
    );
    assert_eq!(commands(&steps), ["systemctl reload x"]);
}
