//! Blocks as people write them, taken apart.

use super::*;

fn texts(info: &str, text: &str) -> Vec<String> {
    let code = Code {
        info: info.into(),
        text: text.into(),
        ..Code::default()
    };
    apart(&code, 1).into_iter().map(|command| command.text).collect()
}

#[test]
fn each_form_of_block_gives_the_lines_that_are_typed() {
    let cases: &[(&str, &str, &[&str])] = &[
        (
            "console",
            "$ queuectl stats\nwaiting  48211\nrunning  12\n",
            &["queuectl stats"],
        ),
        ("bash", "# look\nls -l\n\ndf -h # free\n", &["ls -l", "df -h # free"]),
        (
            "bash",
            "kubectl get pods \\\n  -l app=x \\\n  -o wide\nls x\n",
            &["kubectl get pods -l app=x -o wide", "ls x"],
        ),
        ("", "$ a \\\n>   b\nout\n$ c\n", &["a b", "c"]),
        (
            "sh",
            "for p in a b; do\n  echo $p\ndone\nls x\n",
            &["for p in a b; do\n  echo $p\ndone", "ls x"],
        ),
        (
            "sh",
            "cat <<EOF > x\n  a $b\nEOF\nls x\n",
            &["cat <<EOF > x\n  a $b\nEOF", "ls x"],
        ),
        ("sh", "echo 'a\nb'\nls x\n", &["echo 'a\nb'", "ls x"]),
        ("sh", "ps aux |\n  grep x\n", &["ps aux |\n  grep x"]),
        ("sh", "if a; then\n b\nfi && c\n", &["if a; then\n b\nfi && c"]),
        ("sh", "echo done\nls x\n", &["echo done", "ls x"]),
        (
            "sh",
            "case x in\n a) b;;\nesac\nls x\n",
            &["case x in\n a) b;;\nesac", "ls x"],
        ),
        ("", "kubectl get pods\nNAME  READY\nfoo   1/1\n", &["kubectl get pods"]),
        ("console", "# reboot\nbye\n", &["reboot"]),
        ("console", "# first\n$ a b\n", &["a b"]),
        (
            "sql",
            "-- who\nSELECT 1;\nSELECT a,\n  b\nFROM c;\n",
            &["SELECT 1;", "SELECT a,\n  b\nFROM c;"],
        ),
        ("console", "mysql> show processlist;\n+---+\n", &["show processlist;"]),
        (
            "promql",
            "sum(\n  rate(x[5m])\n)\n\nup == 0\n",
            &["sum(\n  rate(x[5m])\n)", "up == 0"],
        ),
        (
            "",
            "mysql> DELETE FROM x\n    -> WHERE id = 4;\nQuery OK, 1 row affected\nmysql> KILL 4;\n",
            &["DELETE FROM x\nWHERE id = 4;", "KILL 4;"],
        ),
        (
            "sql",
            "shop=# DELETE FROM x\nshop-# WHERE id = 4;\nDELETE 1\nshop=# \\q\n",
            &["DELETE FROM x\nWHERE id = 4;", "\\q"],
        ),
        (
            "",
            "mysql> SELECT a\nFROM b\nWHERE c;\n+---+\n| a |\n",
            &["SELECT a\nFROM b\nWHERE c;"],
        ),
        ("", "mysql> show processlist\n+---+\n| a; |\n", &["show processlist"]),
        (
            "python",
            ">>> for x in y:\n...     go(x)\n...\nout\n",
            &["for x in y:\n    go(x)"],
        ),
        ("powershell", "PS C:\\> Get-Service x\nRunning\n", &["Get-Service x"]),
        (
            "",
            "# systemctl status x\n\u{25cf} x.service\n   Active: failed\n# systemctl restart x\n",
            &["systemctl status x", "systemctl restart x"],
        ),
        (
            "bash",
            "#!/bin/bash\nset -e\nNS=${1:-x}\nls $NS\n",
            &["set -e\nNS=${1:-x}\nls $NS"],
        ),
        ("", "# kubectl is slow here\nkubectl get pods\n", &["kubectl get pods"]),
        (
            "sh",
            "helm upgrade x --set a=1,\\\nb=2 \\  \n--wait\nls x\n",
            &["helm upgrade x --set a=1,b=2 --wait", "ls x"],
        ),
        ("mermaid", "flowchart LR\n a-->b\n", &[]),
        ("yaml", "a: 1\n", &[]),
        ("", "ERROR: no space\n", &[]),
        ("sh", "", &[]),
        ("sh", "echo 'never closed\nls\n", &["echo 'never closed\nls"]),
        ("sh", "a \\", &["a"]),
        (
            "sh",
            "kubectl get \u{2014}x\r\nls x\r\n",
            &["kubectl get \u{2014}x", "ls x"],
        ),
    ];
    for (info, text, wanted) in cases {
        assert_eq!(texts(info, text), *wanted, "{info}: {text}");
    }
}

#[test]
fn a_command_never_ends_in_a_line_break() {
    for text in ["a b\n\n", "cat <<E\nx\nE\n", "$ a b\n\n"] {
        assert!(texts("sh", text).iter().all(|text| !text.ends_with('\n')));
    }
}

#[test]
fn names_comments_and_dangers_come_with_it() {
    let code = Code {
        info: "sh { name=drop danger=yes cwd=/srv timeout=30s }".into(),
        text: "# gone for good\nrm -rf /var/tmp/x\nls x\n".into(),
        ..Code::default()
    };
    let commands = apart(&code, 10);
    assert_eq!(commands[0].comment.as_deref(), Some("gone for good"));
    assert_eq!((commands[0].line, commands[1].line), (11, 12));
    assert_eq!(commands[0].danger, ["rm"]);
    assert_eq!(commands[1].danger, ["danger=yes"]);
    assert_eq!(commands[1].how.cwd.as_deref(), Some("/srv"));
}

#[test]
fn a_comment_says_which_of_several_is_for_what() {
    let said = |info: &str, text: &str| {
        let code = Code {
            info: info.into(),
            text: text.into(),
            ..Code::default()
        };
        let all = apart(&code, 1)
            .into_iter()
            .map(|command| command.comment.unwrap_or_default());
        all.collect::<Vec<_>>()
    };
    assert_eq!(
        said(
            "sql",
            "-- PostgreSQL\nSELECT 1;\n-- MySQL,\n-- from 8 on\nSELECT 2\n  -- all\n  FROM b;\nSELECT 3;\n"
        ),
        ["PostgreSQL", "MySQL, from 8 on", ""]
    );
    assert_eq!(said("sql", "-- of nothing\n\nSELECT 1;\n"), [""]);
    assert_eq!(
        said("promql", "# new\nsum(x)\n# old\nsum(y)\n\nup\n"),
        ["new", "old", ""]
    );
    assert_eq!(said("sh", "# new\nls a\nls b\n"), ["new", ""]);
}

proptest::proptest! {
    #![proptest_config(crate::trials::cases(256))]

    #[test]
    fn any_block_is_taken_apart(info in "(sh|console|sql|promql||text)", text in "[a-z$#>'\"\\\\|&;(){}<>\n \u{e9}]{0,120}") {
        for command in texts(&info, &text) {
            proptest::prop_assert!(!command.trim().is_empty());
        }
    }
}
