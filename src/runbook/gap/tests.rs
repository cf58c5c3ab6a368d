use super::*;

fn names(text: &str) -> Vec<String> {
    let set = BTreeSet::from(["NAMESPACE".to_owned()]);
    in_command(text, &Language::Shell, &set)
        .into_iter()
        .map(|one| one.gap.written)
        .collect()
}

#[test]
fn every_form_is_found() {
    for (text, wanted) in [
        ("kubectl logs <pod>", vec!["<pod>"]),
        ("queuectl stats --queue <queue-name>", vec!["<queue-name>"]),
        ("kubectl describe pod $POD", vec!["$POD"]),
        ("kubectl -n ${NS} get pod \"$POD\"", vec!["${NS}", "$POD"]),
        ("kubectl -n \"$NAMESPACE\" get pods", vec![]),
        ("kubectl top pods -l app={service}", vec!["{service}"]),
        ("x {{ pod }} {{pod}}", vec!["{{ pod }}", "{{pod}}"]),
        ("curl https://YOUR_HOST/x", vec!["YOUR_HOST"]),
        ("curl https://your-host/x", vec!["your-host"]),
        ("kubectl delete pod app-xxxx", vec!["app-xxxx"]),
        ("kill xxxx", vec!["xxxx"]),
        (
            "aws iam update-access-key --status Inactive --access-key-id KEY",
            vec!["KEY"],
        ),
        ("ssh HOST_NAME uptime", vec!["HOST_NAME"]),
        ("helm rollback RELEASE 1", vec!["RELEASE"]),
        ("kubectl logs [pod-name]", vec!["[pod-name]"]),
        ("helm upgrade x ...", vec!["..."]),
        ("ping @____", vec!["@____"]),
        ("CHANGEME --x", vec!["CHANGEME"]),
        ("ssh %host% uptime", vec!["%host%"]),
        ("ssh @@HOST@@ uptime", vec!["@@HOST@@"]),
        ("ssh __HOST__ uptime", vec!["__HOST__"]),
        ("ssh $(HOST) uptime", vec!["$(HOST)"]),
        ("ssh \u{ab}host\u{bb} uptime", vec!["\u{ab}host\u{bb}"]),
        ("ssh <<host>> uptime", vec!["<<host>>"]),
        ("ssh #{host} uptime", vec!["#{host}"]),
        ("ping xxx.xxx.xxx.xxx", vec!["xxx.xxx.xxx.xxx"]),
        ("kubectl drain {{< param node >}} --x", vec!["{{< param node >}}"]),
        ("ssh <%= host %>", vec!["<%= host %>"]),
        ("ssh INSERT_HOST_HERE", vec!["INSERT_HOST_HERE"]),
        ("mysql -e \"ALTER USER app IDENTIFIED BY '$NEW'\"", vec!["$NEW"]),
        ("curl -u \"USER:PASSWORD\" x", vec!["PASSWORD"]),
        ("read -r TOKEN < /tmp/token", vec![]),
    ] {
        assert_eq!(names(text), wanted, "{text}");
    }
}

#[test]
fn what_is_part_of_a_command_is_none() {
    for text in [
        "awk '{print $1}' x",
        "awk '/ERROR/ {print $1, $2, $NF}' x",
        "curl -X POST http://x/y",
        "kill -HUP 1",
        "kubectl get pods -o jsonpath='{.items[*].metadata.name}'",
        "kubectl get pods -o jsonpath={.items}",
        "docker inspect -f '{{.State.Pid}}' x",
        "docker ps --format '{{json .}}'",
        "sort < in > out",
        "cat <file >out",
        "cat <<EOF > x",
        "diff <(a) <(b)",
        "echo $HOME $? $1 $$ ${#x} ${VAR:-default}",
        "cp x{,.bak}",
        "echo {1..3} {a,b}",
        "find . -exec ls {} +",
        "grep [a-z]* x",
        "[ -f x ] && y",
        "dig MX example.com",
        "echo \\$NOT",
        "curl -w '%{http_code} %{time_total}' x",
        "psql -c \"SELECT 1 FROM x WHERE state = 'active'\"",
        "sed 's/__x__/y/' f",
        "date +%Y%m%d%H%M",
        "for pod in a b; do kubectl logs $pod; done",
        "H=web1; ssh $H",
        "psql -c \"SELECT 1 FROM x WHERE m LIKE '%timeout%'\"",
        "curl http://x/a%C3%A4b%20c%20d",
        "echo $(date) $(hostname -f)",
        "curl 'x?q={__name__=\"up\"}'",
        "f() {\n  go\n}",
        "cat <<EOF>>out",
    ] {
        assert!(names(text).is_empty(), "{text}: {:?}", names(text));
    }
}

#[test]
fn what_the_code_sets_is_no_placeholder() {
    for (code, wanted) in [
        ("A=1; export B=2", "A B"),
        ("read -p 'which (pod)? ' pod", "pod"),
        ("read -rp \"which? \" first second", "first second"),
        ("while IFS= read -r line; do echo $line; done", "IFS line"),
        ("kubectl get pods | while read -r name rest; do x; done", "name rest"),
        ("for p in a b; do echo $p; done", "p"),
        ("mapfile -t pods < <(kubectl get pods)", "pods"),
        ("while getopts ab: opt; do x; done", "opt"),
        ("printf -v stamp '%s' x; printf '%s' y", "stamp"),
        ("f() { local a b=1; declare -i c; }", "a b c"),
        ("read -t 5 answer < /dev/tty", "answer"),
        ("echo read this; cat for me", ""),
        ("export POD", ""),
        ("x=$(read 'never closed", "x"),
    ] {
        let mut set = BTreeSet::new();
        set_in(code, &mut set);
        assert_eq!(set.into_iter().collect::<Vec<_>>().join(" "), wanted, "{code}");
    }
}

#[test]
fn what_powershell_sets_is_no_placeholder() {
    let text =
        "$svc = Get-Service -Name <name>\nRestart-Service $svc\nforeach ($p in $svc) { $_ }\nStop-Service $Other";
    let found = in_command(text, &Language::Powershell, &BTreeSet::new());
    let written: Vec<_> = found.into_iter().map(|one| one.gap.written).collect();
    assert_eq!(written, ["<name>", "$Other"]);
}

#[test]
fn a_value_is_put_in_as_the_place_wants_it() {
    let set = BTreeSet::new();
    let fill = |text: &str, value: &str| fill(text, &Language::Shell, &set, |_| Some(value.to_owned())).0;
    assert_eq!(fill("logs <pod>", "a b"), "logs 'a b'");
    assert_eq!(fill("logs <pod>", "web-1"), "logs web-1");
    assert_eq!(fill("logs \"$POD\"", "a\"$(x)`"), "logs \"a\\\"\\$(x)\\`\"");
    assert_eq!(fill("logs '<pod>'", "it's"), "logs 'it'\\''s'");
    assert_eq!(fill("logs <pod>", "$(reboot)"), "logs '$(reboot)'");
    assert_eq!(fill("logs <pod>", ""), "logs ''");
    let (text, missing) = super::fill("a <x> <y>", &Language::Shell, &set, |name| {
        (name == "x").then(|| "1".into())
    });
    assert_eq!((text.as_str(), missing[0].written.as_str()), ("a 1 <y>", "<y>"));
}

#[test]
fn names_are_one_for_all_forms_and_secrets_are_known() {
    for written in [
        "<pod name>",
        "${POD_NAME}",
        "{{ pod-name }}",
        "YOUR_POD_NAME",
        "[pod-name]",
    ] {
        assert_eq!(called(written), "pod-name", "{written}");
    }
    assert!(is_secret("db-password") && is_secret("api-key") && !is_secret("key") && !is_secret("pod"));
}

proptest::proptest! {
    #![proptest_config(crate::trials::cases(256))]

    #[test]
    fn what_is_filled_is_one_word_to_a_shell(value in ".{0,20}") {
        proptest::prop_assume!(!value.contains('\0'));
        for text in ["x <aa>", "x '<aa>'", "x \"<aa>\"", "x a<aa>b"] {
            let (filled, _) = fill(text, &Language::Shell, &BTreeSet::new(), |_| Some(value.clone()));
            let words = quote::split(&filled).unwrap();
            proptest::prop_assert_eq!(words.len(), 2, "{}", filled);
            proptest::prop_assert!(words[1].contains(&value), "{} {:?}", filled, words);
        }
    }

    #[test]
    fn any_text_is_looked_through(text in "[a-zA-Z<>{}$_\\[\\].'\"\\\\ xX\u{e9}\n-]{0,60}") {
        for language in [Language::Shell, Language::Sql, Language::Promql] {
            let places = in_command(&text, &language, &BTreeSet::new());
            proptest::prop_assert!(places.windows(2).all(|two| two[0].range.end <= two[1].range.start));
        }
    }
}
