//! The files of `app` stand on each other like floors: no more than three of them in one circle. An arrow leads from a file to each
//! file that it names: by a path, by a name that `app` re-exports, or by a method of the model.

use std::collections::{BTreeMap, BTreeSet};

use super::rooms::{root, sources};

/// The most files that may go round in a circle.
const MOST: usize = 3;

#[test]
fn no_circle_in_app_has_more_than_three_files() {
    let folder = root().join("src/app");
    let files: Vec<(String, String)> = sources("app")
        .into_iter()
        .map(|(path, code)| (path.strip_prefix(&folder).unwrap().display().to_string(), code))
        .collect();
    let arrows = arrows(&files);
    // The search sees what it should: below, above, and along a method.
    assert!(arrows["update.rs"]["perform.rs"].contains("perform"), "{arrows:?}");
    assert!(arrows["filtering.rs"]["filter.rs"].contains("Filter"), "{arrows:?}");
    assert!(arrows["search.rs"]["toasts.rs"].contains(".say()"), "{arrows:?}");
    let told: Vec<String> = circles(&arrows)
        .iter()
        .filter(|circle| circle.len() > MOST)
        .map(|circle| told(circle, &arrows))
        .collect();
    assert!(told.is_empty(), "{}", told.join("\n\n"));
}

#[test]
fn a_circle_is_found_by_paths_names_and_methods() {
    let file = |name: &str, code: &str| (name.to_owned(), code.to_owned());
    let mut files = vec![
        file("mod.rs", "mod a;\nmod c;\npub use b::{One, Two};\npub use d::*;\n"),
        file("a.rs", "use super::{Model, b::{self, help}};\n"),
        file("b.rs", "pub struct One;\nfn f() { super::c::below::go() }\n"),
        file("c/below.rs", "use crate::app::Four;\n// use crate::app::a;\n"),
        file(
            "d.rs",
            "pub enum Four {}\nfn f(model: &mut Model) {\n    model\n        .begin(1);\n}\n",
        ),
        file(
            "e.rs",
            "use super::One;\nimpl Model {\n    pub(super) fn begin(&mut self) {}\n}\n",
        ),
        file("c/mod.rs", "mod below;\npub(super) use below::go;\n"),
        file(
            "alone.rs",
            "use super::{One, a};\nimpl Model {\n    fn other(&self) { self.begin() }\n}\n",
        ),
    ];
    let all = arrows(&files);
    assert_eq!(circles(&all), [["b.rs", "c/below.rs", "d.rs", "e.rs"]]);
    let said = told(&circles(&all)[0], &all);
    assert_eq!(
        said,
        "4 files in a circle: b.rs, c/below.rs, d.rs, e.rs\n\
         b.rs -> c/below.rs: go\nc/below.rs -> d.rs: Four\nd.rs -> e.rs: .begin()\ne.rs -> b.rs: One"
    );
    // One arrow less, and it is none.
    files[3].1.clear();
    assert_eq!(circles(&arrows(&files)), Vec::<Vec<&str>>::new());
}

/// From each file to those that it names, with the names.
type Arrows = BTreeMap<String, BTreeMap<String, BTreeSet<String>>>;

/// The arrows among the files of a room, each with its name below the room's folder. Its `mod.rs` is the room's front: what it re-exports
/// is taken for the file that defines it.
fn arrows(files: &[(String, String)]) -> Arrows {
    let files: Vec<(&str, String)> = files.iter().map(|(name, code)| (name.as_str(), bare(code))).collect();
    let inner = files.iter().filter(|(name, _)| *name != "mod.rs");
    let modules: BTreeMap<Vec<String>, &str> = inner.clone().map(|(name, _)| (module(name), *name)).collect();
    let fronted = fronted(&files, &modules);
    let methods = inner.clone().flat_map(|(name, code)| {
        let made = models(code).flat_map(|part| after(part, &["    fn ", "    pub fn ", "    pub(super) fn "]));
        made.map(move |method| (method, *name)).collect::<Vec<_>>()
    });
    let methods: BTreeMap<String, &str> = methods.collect();
    let mut arrows = Arrows::new();
    for (name, code) in inner {
        let mut to = |other: &str, what: String| {
            if other != *name {
                let own = arrows.entry((*name).to_owned()).or_default();
                own.entry(other.to_owned()).or_default().insert(what);
            }
        };
        let own = module(name);
        for path in paths(code, &own) {
            let known = (1..=path.len())
                .rev()
                .find_map(|end| Some((end, *modules.get(&path[..end])?)));
            match (known, path.first().and_then(|first| fronted.get(first))) {
                (Some((end, other)), _) => to(other, path[end..].join("::")),
                (None, Some(other)) => to(other, path.join("::")),
                (None, None) => {}
            }
        }
        let called = called(code, "model").chain(models(code).flat_map(|part| called(part, "self")));
        for method in called.filter(|method| methods.contains_key(method)) {
            to(methods[&method], format!(".{method}()"));
        }
    }
    arrows
}

/// The names that the room's `mod.rs` re-exports, each with the file that defines it.
fn fronted<'f>(files: &[(&'f str, String)], modules: &BTreeMap<Vec<String>, &'f str>) -> BTreeMap<String, &'f str> {
    let mut all = BTreeMap::new();
    let front = files
        .iter()
        .find(|(name, _)| *name == "mod.rs")
        .map_or("", |(_, code)| code);
    for line in front
        .split(';')
        .filter_map(|line| line.trim_start().strip_prefix("pub use "))
    {
        for path in trees(line) {
            let Some(file) = modules.get(&path[..1]) else { continue };
            if path.last().is_some_and(|last| last == "*") {
                let code = files.iter().find(|(name, _)| name == file).map_or("", |(_, code)| code);
                let kinds = [
                    "pub struct ",
                    "pub enum ",
                    "pub const ",
                    "pub fn ",
                    "pub type ",
                    "pub trait ",
                ];
                all.extend(after(code, &kinds).map(|name| (name, *file)));
            } else {
                all.extend(path.last().cloned().map(|name| (name, *file)));
            }
        }
    }
    all
}

/// Code without its comments.
fn bare(code: &str) -> String {
    let lines = code.lines().map(|line| line.split("//").next().unwrap_or_default());
    lines.collect::<Vec<_>>().join("\n")
}

/// `next/mod.rs` as `[next]`, `next/enter.rs` as `[next, enter]`.
fn module(name: &str) -> Vec<String> {
    let name = name.strip_suffix(".rs").unwrap_or(name);
    let name = name.strip_suffix("/mod").unwrap_or(name);
    name.split('/').map(str::to_owned).collect()
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// The word that each line has behind one of these beginnings.
fn after(code: &str, beginnings: &[&str]) -> impl Iterator<Item = String> {
    let found = code.lines().filter_map(move |line| {
        let rest = beginnings.iter().find_map(|begins| line.strip_prefix(begins))?;
        let end = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
        Some(rest[..end].to_owned())
    });
    found.collect::<Vec<_>>().into_iter()
}

/// The blocks of methods of the model.
fn models(code: &str) -> impl Iterator<Item = &str> {
    code.split("\nimpl Model {")
        .skip(1)
        .map(|rest| &rest[..rest.find("\n}").unwrap_or(rest.len())])
}

/// The methods that are called on a variable of this name.
fn called<'c>(code: &'c str, variable: &'c str) -> impl Iterator<Item = String> + 'c {
    code.match_indices(variable).filter_map(move |(at, _)| {
        let alone = !code[..at].ends_with(is_word);
        let rest = code[at + variable.len()..].trim_start().strip_prefix('.')?;
        let end = rest.find(|c| !is_word(c))?;
        (alone && rest[end..].starts_with('(')).then(|| rest[..end].to_owned())
    })
}

/// All paths in a file that lead into the room, from its folder on.
fn paths(code: &str, own: &[String]) -> Vec<Vec<String>> {
    let mut all = Vec::new();
    for (root, up) in [("crate::app::", own.len()), ("super::", 1), ("self::", 0)] {
        for (at, _) in code.match_indices(root) {
            if code[..at].ends_with(|c| is_word(c) || c == ':') {
                continue;
            }
            for path in trees(&code[at + root.len()..]) {
                let more = path.iter().take_while(|part| *part == "super").count();
                let above = own.len().saturating_sub(up + more);
                all.push([&own[..above], &path[more..]].concat());
            }
        }
    }
    // What lies below a folder's front is named without a root there.
    for child in after(code, &["mod ", "pub(super) mod ", "pub mod "]) {
        let below = format!("{child}::");
        for (at, _) in code.match_indices(&below) {
            if !code[..at].ends_with(|c| is_word(c) || c == ':') {
                all.extend(trees(&code[at..]).into_iter().map(|path| [own, &path].concat()));
            }
        }
    }
    all
}

/// The paths of a tree as behind `use`: `a::{b, c::d}` are two.
fn trees(code: &str) -> Vec<Vec<String>> {
    fn tree<'c>(mut rest: &'c str, mut path: Vec<String>, all: &mut Vec<Vec<String>>) -> &'c str {
        loop {
            rest = rest.trim_start();
            if let Some(inner) = rest.strip_prefix('{') {
                rest = inner;
                while !rest.trim_start().starts_with('}') && !rest.is_empty() {
                    rest = tree(rest, path.clone(), all).trim_start();
                    rest = rest.strip_prefix(',').unwrap_or(rest);
                }
                return rest.trim_start().strip_prefix('}').unwrap_or(rest);
            }
            let end = rest.find(|c| !is_word(c) && c != '*').unwrap_or(rest.len());
            if &rest[..end] != "self" {
                path.push(rest[..end].to_owned());
            }
            rest = &rest[end..];
            match rest.strip_prefix("::") {
                Some(further) => rest = further,
                None => break,
            }
        }
        all.push(path);
        // A name of its own behind `as` is of no interest.
        let end = rest.find([',', '}', ';']).unwrap_or(rest.len());
        if rest.starts_with(" as ") { &rest[end..] } else { rest }
    }
    let mut all = Vec::new();
    tree(code, Vec::new(), &mut all);
    all
}

/// The circles: files each of which leads to all others of its circle.
fn circles(arrows: &Arrows) -> Vec<Vec<&str>> {
    let reached = |from: &str| {
        let (mut seen, mut open) = (BTreeSet::new(), vec![from.to_owned()]);
        while let Some(file) = open.pop() {
            let next = arrows.get(&file).into_iter().flat_map(BTreeMap::keys);
            open.extend(next.filter(|other| seen.insert((*other).clone())).cloned());
        }
        seen
    };
    let reached: BTreeMap<&str, BTreeSet<String>> = arrows.keys().map(|file| (file.as_str(), reached(file))).collect();
    let round = |one: &str, other: &str| {
        let leads = |from: &str, to: &str| reached.get(from).is_some_and(|seen| seen.contains(to));
        leads(one, other) && leads(other, one)
    };
    let mut circles: Vec<Vec<&str>> = Vec::new();
    for file in reached.keys().filter(|file| round(file, file)) {
        match circles.iter_mut().find(|circle| round(circle[0], file)) {
            Some(circle) => circle.push(file),
            None => circles.push(vec![file]),
        }
    }
    circles
}

/// A circle with its arrows and the names that ride on them.
fn told(circle: &[&str], arrows: &Arrows) -> String {
    let mut lines = vec![format!("{} files in a circle: {}", circle.len(), circle.join(", "))];
    for from in circle {
        let inside = arrows[*from].iter().filter(|(to, _)| circle.contains(&to.as_str()));
        lines.extend(inside.map(|(to, names)| {
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            format!("{from} -> {to}: {}", names.join(", "))
        }));
    }
    lines.join("\n")
}
