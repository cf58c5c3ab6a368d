//! `warroom actions import`: the states that a tracker gives back, as a table of its export or as lines that people write.

use std::fmt::Write as _;
use std::path::PathBuf;

use serde_json::{Value, json};

use super::super::context::Context;
use super::super::failure::Failure;
use super::super::input::{as_text, read_bytes};
use super::super::page::count;
use super::super::reply::Reply;
use crate::backfill::records;
use crate::incident::{ActionItem, ActionPlan, ActionState, Change, live};
use crate::text::one_line;

/// What a column with the reference is called, the best first.
const REFERENCES: [&str; 11] = [
    "ticket",
    "issue key",
    "key",
    "reference",
    "ref",
    "item",
    "id",
    "issue id",
    "number",
    "issue",
    "url",
];
/// What a column with the state is called.
const STATES: [&str; 3] = ["state", "status", "item state"];

/// One line of an import.
#[derive(Debug, PartialEq)]
struct Back {
    line: usize,
    reference: String,
    state: ActionState,
}

pub(super) fn import(context: &Context, file: Option<PathBuf>, dry_run: bool) -> Result<Reply, Failure> {
    let lines = read(&as_text(&read_bytes(file.as_deref())?))
        .map_err(|(line, why)| Failure::usage(format!("line {line}: {why}; nothing was changed")))?;
    let (read, problems) = context.all()?;
    let (mut done, mut same, mut unknown) = (Vec::new(), 0usize, Vec::new());
    for back in &lines {
        let mut found = false;
        for one in &read {
            let meant = live(&one.incident.actions).filter(|item| is_meant(item, &back.reference));
            for item in meant {
                found = true;
                if item.state == back.state {
                    same += 1;
                } else {
                    done.push((one.place.clone(), item.id.clone(), item.text.clone(), back));
                }
            }
        }
        if !found {
            unknown.push(back.reference.clone());
        }
    }
    if !dry_run {
        for (place, id, _, back) in &done {
            let edit = context.edit_of(place)?;
            edit.apply(Change::PlanAction {
                action: id.clone(),
                plan: Box::new(ActionPlan {
                    state: Some(back.state.clone()),
                    outcome: (back.state == ActionState::Done).then(|| back.reference.clone()),
                    ..ActionPlan::default()
                }),
            })?;
            edit.save()?;
            edit.close();
        }
    }
    let mut out = String::new();
    for (place, _, words, back) in &done {
        let reference = one_line(&back.reference);
        let _ = writeln!(out, "{}  {}  {reference}  {}", place.id, back.state, one_line(words));
    }
    let how = if dry_run { "would be set" } else { "set" };
    let _ = writeln!(
        out,
        "{} {how}, {same} so already, {} known to no incident",
        count(done.len(), "item"),
        unknown.len()
    );
    for reference in &unknown {
        let _ = writeln!(out, "  unknown: {}", one_line(reference));
    }
    let set: Vec<Value> = done
        .iter()
        .map(|(place, id, _, back)| json!({"incident": place.id, "id": id, "state": back.state, "reference": back.reference}))
        .collect();
    let mut reply = Reply::new(
        out,
        json!({"ok": true, "set": set, "unchanged": same, "unknown": unknown, "dry_run": dry_run}),
    );
    problems.add_to(&mut reply);
    Ok(reply)
}

/// Whether a reference is the item's ticket, by its id or at the end of its address, or the item itself.
fn is_meant(item: &ActionItem, reference: &str) -> bool {
    let bare = |text: &str| text.trim().trim_start_matches('#').to_ascii_lowercase();
    let reference = bare(reference);
    let ticket = item.ticket.as_deref().map(bare);
    let of_address = |ticket: &String| {
        let last = ticket.trim_end_matches('/').rsplit('/').next();
        ticket.contains("://") && last == Some(reference.as_str())
    };
    item.id == reference || ticket.is_some_and(|ticket| ticket == reference || of_address(&ticket))
}

/// The states that a text gives back; else the line that says none, and why.
fn read(text: &str) -> Result<Vec<Back>, (usize, String)> {
    let text = text.trim_start_matches('\u{feff}');
    let is_remark = |line: &str| line == "#" || line.starts_with("# ");
    // Remarks leave their line, so that lines are counted as they stand.
    let kept: Vec<&str> = text
        .lines()
        .map(|line| if is_remark(line.trim()) { "" } else { line })
        .collect();
    let first = kept
        .iter()
        .find(|line| !line.trim().is_empty())
        .copied()
        .unwrap_or_default();
    let mark = ['\t', ';', ','].into_iter().find(|mark| first.contains(*mark));
    let rows = records(&kept.join("\n"), mark.unwrap_or(','));
    let mut rows = rows.into_iter().peekable();
    let (mut references, mut state) = (vec![0], 1);
    if let Some((line, head)) = rows.peek() {
        let head: Vec<String> = head.iter().map(|cell| cell.trim().to_lowercase()).collect();
        let place = |name: &&str| head.iter().position(|cell| cell == name);
        if let Some(of_state) = STATES.iter().find_map(place) {
            references = REFERENCES.iter().filter_map(place).collect();
            state = of_state;
            if references.is_empty() {
                let said = format!("no column is the ticket; call it {}", REFERENCES[..3].join(", "));
                return Err((*line, said));
            }
            rows.next();
        }
    }
    let mut all: Vec<Back> = Vec::new();
    for (line, mut cells) in rows {
        // A line of words among lines with a mark.
        if let [only] = &cells[..]
            && let Some((reference, state)) = only.trim().split_once(char::is_whitespace)
        {
            cells = vec![reference.to_owned(), state.to_owned()];
        }
        let cell = |place: usize| cells.get(place).map(|cell| plain(cell)).filter(|cell| !cell.is_empty());
        let Some(reference) = references.iter().find_map(|place| cell(*place)) else {
            return Err((line, "there is no ticket in it".into()));
        };
        let Some(word) = cell(state) else {
            return Err((
                line,
                format!("`{}` is not `ticket, state`", one_line(&cells.join(", "))),
            ));
        };
        let state = state_of(&word).map_err(|why| (line, why))?;
        let known = all
            .iter()
            .find(|known| known.reference.eq_ignore_ascii_case(&reference));
        match known {
            Some(known) if known.state != state => {
                let (before, reference) = (known.line, one_line(&reference));
                return Err((line, format!("line {before} says another state of {reference}")));
            }
            Some(_) => {}
            None => all.push(Back { line, reference, state }),
        }
    }
    Ok(all)
}

/// A cell without what a table puts before a text that a spreadsheet would compute.
fn plain(cell: &str) -> String {
    let cell = cell.trim();
    let guarded = cell
        .strip_prefix('\'')
        .filter(|rest| rest.starts_with(['=', '+', '-', '@']));
    guarded.unwrap_or(cell).to_owned()
}

/// A state in a tracker's words.
fn state_of(word: &str) -> Result<ActionState, String> {
    Ok(match word.to_lowercase().as_str() {
        "done" | "closed" | "resolved" | "fixed" | "completed" | "complete" | "merged" => ActionState::Done,
        "in progress" | "in-progress" | "in_progress" | "started" | "doing" | "in review" => ActionState::InProgress,
        "open" | "to do" | "todo" | "new" | "reopened" | "planned" | "backlog" => ActionState::Open,
        other => {
            return Err(format!(
                "`{}` is no state; use done, in progress or open",
                one_line(other)
            ));
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_trackers_and_people_write_is_read() {
        for text in [
            "OPS-12, done\n#41, in progress",
            "OPS-12\tdone\n#41\tIn Progress\n",
            "\"OPS-12\",\"Done\",\"x, y\"\r\n#41,doing,\r\n",
            "\u{feff}ticket;state\r\nOPS-12;Closed\r\n#41;in progress\r\n",
            "Issue key,Summary,Status\nOPS-12,\"=evil\nline\",Done\n#41,b,In Review\n",
            "state,ticket\ndone,OPS-12\nstarted,#41\n",
            "# what is done\n\nOPS-12 done\n#41   in progress\n",
            "OPS-12, done\n#41 in progress\n",
            "incident,item,state,ticket\nI-1,abcdefgh,done,OPS-12\nI-1,#41,in progress,\n",
        ] {
            let read = read(text).unwrap_or_else(|why| panic!("{text}: {why:?}"));
            let said: Vec<_> = read.iter().map(|one| (one.reference.as_str(), &one.state)).collect();
            assert_eq!(
                said,
                [("OPS-12", &ActionState::Done), ("#41", &ActionState::InProgress)],
                "{text}"
            );
        }
        assert_eq!(read("").unwrap(), []);
        assert_eq!(read("OPS-1,done\nops-1,done\n").unwrap().len(), 1);
    }

    #[test]
    fn what_cannot_be_read_names_its_line() {
        let cases = [
            ("OPS-12,gone", 1, "no state"),
            ("OPS-12\n", 1, "not `ticket, state`"),
            ("OPS-1,done\n\nOPS-2,\n", 3, "not `ticket, state`"),
            ("OPS-1,done\nOPS-1,open\n", 2, "line 1 says another state"),
            ("Summary,Status\nx,done\n", 1, "no column is the ticket"),
            ("ticket,state\n,done\n", 2, "no ticket"),
        ];
        for (text, line, why) in cases {
            let (at, said) = read(text).unwrap_err();
            assert!(at == line && said.contains(why), "{text}: {at} {said}");
        }
    }
}
