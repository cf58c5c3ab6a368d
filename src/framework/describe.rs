//! A framework as people read it, whole: `warroom framework show`.

use std::fmt::Write as _;

use super::Framework;
use super::data;
use super::model::{Item, Needed};

impl Framework {
    /// All of it for people.
    pub fn describe(&self) -> String {
        let data = self;
        let mut out = String::new();
        let _ = writeln!(
            out,
            "{}  {}\n{}\nFrom: {}",
            data.name, data.title, data.about, data.source
        );
        let _ = writeln!(out, "Business hours: {}", self.calendar.describe());
        if let Some(channel) = &data.channel {
            let _ = writeln!(out, "Channel: {channel}");
        }
        if let Some(form) = &data.file.id_format {
            let _ = writeln!(out, "Incident ids: {form}");
        }
        for severity in &data.severities {
            self.describe_severity(&mut out, severity);
        }
        self.describe_audiences(&mut out);
        heading(&mut out, "Statuses");
        for status in &data.statuses {
            let _ = writeln!(out, "  {:<14} phase {}", status.id, status.phase);
        }
        self.describe_declaring(&mut out);
        heading(&mut out, "Phases and checklists");
        for phase in &data.phases {
            let window = phase
                .window
                .as_deref()
                .map(|window| format!("  {window}"))
                .unwrap_or_default();
            let lead = phase
                .lead
                .as_deref()
                .map(|lead| format!("  led by {lead}"))
                .unwrap_or_default();
            let _ = writeln!(out, "  {}{window}{lead}", phase.title);
            describe_items(&mut out, &phase.items);
        }
        if !data.procedures.is_empty() {
            heading(&mut out, "When things go wrong");
        }
        for procedure in &data.procedures {
            let lead = procedure.lead.as_deref().map(|lead| format!("  led by {lead}"));
            let borrowed = procedure.borrowed.as_deref().map(|why| format!("  ({why})"));
            let _ = writeln!(
                out,
                "  {} ({}): {}{}{}",
                procedure.title,
                procedure.id,
                procedure.when,
                lead.unwrap_or_default(),
                borrowed.unwrap_or_default()
            );
            describe_items(&mut out, &procedure.items);
        }
        self.describe_gate(&mut out);
        heading(&mut out, "Roles");
        for role in &data.roles {
            let required = match &role.required {
                Needed::Always => "  required: any".to_owned(),
                Needed::At(severities) if severities.is_empty() => String::new(),
                Needed::At(severities) => format!("  required: {}", severities.join(", ")),
            };
            let borrowed = role
                .borrowed
                .as_ref()
                .map(|why| format!("  ({why})"))
                .unwrap_or_default();
            let _ = writeln!(out, "  {} ({}){required}{borrowed}", role.title, role.id);
            for duty in &role.duties {
                let _ = writeln!(out, "    - {duty}");
            }
            for (severity, who) in &role.default {
                let _ = writeln!(out, "    {severity}: {who}");
            }
        }
        self.describe_rest(&mut out);
        out
    }

    fn describe_audiences(&self, out: &mut String) {
        if self.audiences.is_empty() {
            return;
        }
        heading(out, "Who hears how often");
        let table = self.audience_table();
        let wide = table.rows.iter().map(|(title, _)| title.len()).max().unwrap_or(0);
        for (title, cells) in table.lines("") {
            let _ = writeln!(out, "  {title:<wide$}  {cells}");
        }
        for note in table.numbered() {
            let _ = writeln!(out, "  {note}");
        }
    }

    fn describe_severity(&self, out: &mut String, severity: &data::Severity) {
        heading(out, &format!("{} {}", severity.id, severity.title));
        for line in &severity.criteria {
            let _ = writeln!(out, "  - {line}");
        }
        for (topic, fact) in &severity.facts {
            let _ = writeln!(out, "  {topic:<28} {fact}");
        }
        for rule in &self.timers {
            if let Some(within) = data::at(&rule.within, &severity.id) {
                let mark = data::at(&rule.borrowed, &severity.id)
                    .map(|why| format!("  ({why})"))
                    .unwrap_or_default();
                let _ = writeln!(
                    out,
                    "  {:<28} {}{mark}",
                    rule.label,
                    within.to_string().replace("0s", "at once")
                );
            }
        }
        for audience in &self.audiences {
            if let Some(fact) = data::at(&audience.facts, &severity.id) {
                let _ = writeln!(out, "  {:<28} {fact}", audience.title);
            }
        }
        if let Some(rule) = data::at(&self.approvals, &severity.id) {
            let mark = rule
                .borrowed
                .as_ref()
                .map(|why| format!("  ({why})"))
                .unwrap_or_default();
            let _ = writeln!(out, "  {:<28} {}{mark}", "approval of changes", rule.text);
        }
        if let Some(soak) = data::at(&self.gate.soak, &severity.id) {
            let mark = data::at(&self.gate.borrowed, &severity.id)
                .map(|why| format!("  ({why})"))
                .unwrap_or_default();
            let _ = writeln!(out, "  {:<28} {soak}{mark}", self.gate.soak_label);
        }
        if let Some(due) = self
            .review
            .as_ref()
            .and_then(|review| data::at(&review.within, &severity.id))
        {
            let _ = writeln!(out, "  {:<28} {due}", "review");
        }
    }

    fn describe_declaring(&self, out: &mut String) {
        if let Some(declaring) = &self.declaring {
            heading(out, "Declaring");
            if let Some(why) = &declaring.borrowed {
                let _ = writeln!(out, "  ({why})");
            }
            for trigger in &declaring.triggers {
                let _ = writeln!(out, "  declare for: {trigger}");
            }
            for ground in &declaring.grounds {
                let _ = writeln!(out, "  by a person ({}): {}", ground.id, ground.text);
            }
            for skip in &declaring.skip {
                let _ = writeln!(out, "  not for: {}; {} instead", skip.when, skip.instead);
            }
        }
        let fields = self.record.iter().map(|one| (&one.id, &one.about, &one.one_of));
        let impact = self.impact.iter().map(|one| (&one.id, &one.about, &one.one_of));
        for (title, fields) in [
            ("Record", fields.collect::<Vec<_>>()),
            ("Impact record", impact.collect()),
        ] {
            if fields.is_empty() {
                continue;
            }
            heading(out, title);
            for (id, about, values) in fields {
                let values = if values.is_empty() {
                    String::new()
                } else {
                    format!(" ({})", values.join(", "))
                };
                let _ = writeln!(out, "  {id:<18} {about}{values}");
            }
        }
    }

    fn describe_gate(&self, out: &mut String) {
        heading(out, "Before it may be resolved");
        for item in &self.gate.items {
            let why = item.why.as_deref().map(|why| format!("  {why}")).unwrap_or_default();
            let _ = writeln!(out, "  {}{why}", item.item);
        }
        let _ = writeln!(out, "  {}  {}", self.gate.soak_label, self.gate.soak_why);
        for answer in &self.gate.answers {
            let _ = writeln!(out, "  {answer}");
        }
    }

    #[expect(clippy::too_many_lines, reason = "one paragraph after the other")]
    fn describe_rest(&self, out: &mut String) {
        let data = self;
        heading(out, "Mitigation options, in order");
        for option in &data.options {
            let cost: Vec<&str> = [&option.time, &option.risk]
                .into_iter()
                .flatten()
                .map(String::as_str)
                .collect();
            let mark = option
                .borrowed
                .as_ref()
                .map(|why| format!("  ({why})"))
                .unwrap_or_default();
            let _ = writeln!(out, "  {:<18} {}  {}{mark}", option.id, option.when, cost.join(", "));
            for step in &option.steps {
                let _ = writeln!(out, "    - {step}");
            }
        }
        heading(out, "Usual causes");
        for cause in &data.causes {
            let share = cause.share.map_or_else(String::new, |share| format!("{share:>3} %  "));
            let _ = writeln!(out, "  {share}{} ({})", cause.text, cause.forms.join("; "));
            if let Some(test) = &cause.test {
                let _ = writeln!(out, "         {test}");
            }
        }
        let sections: [(&str, Vec<String>); 10] = [
            (
                "Escalation",
                data.escalations
                    .iter()
                    .map(|one| format!("{:<16} {}: {}", one.id, one.title, one.when.join("; ")))
                    .collect(),
            ),
            (
                "Where someone does not answer",
                (!data.unreachable.is_empty())
                    .then(|| data.unreachable.join(", then "))
                    .into_iter()
                    .collect(),
            ),
            ("Questions", data.questions.clone()),
            (
                "Horizons of action items",
                data.horizons
                    .iter()
                    .map(|one| {
                        let mark = one.borrowed.as_ref().map(|why| format!(" ({why})"));
                        format!("{:<10} {}{}", one.id, one.title, mark.unwrap_or_default())
                    })
                    .collect(),
            ),
            ("Thresholds", data.thresholds.iter().map(|t| t.text.clone()).collect()),
            (
                "Metric targets",
                data.targets
                    .iter()
                    .map(|t| format!("{:<24} {}: {}", t.metric, t.text, t.want))
                    .collect(),
            ),
            ("Reminders", data.reminders.iter().map(|n| n.text.clone()).collect()),
            ("Runbooks", data.runbooks.clone()),
            (
                "Notes",
                data.notes.iter().map(|n| format!("{}: {}", n.topic, n.text)).collect(),
            ),
            (
                "Templates",
                data.templates
                    .iter()
                    .map(|t| format!("{}:\n      {}", t.id, t.written.trim_end().replace('\n', "\n      ")))
                    .collect(),
            ),
        ];
        for (title, lines) in sections {
            if !lines.is_empty() {
                heading(out, title);
                for line in lines {
                    let _ = writeln!(out, "  {line}");
                }
            }
        }
        if let Some(review) = &data.review {
            heading(out, &review.title);
            for line in review.sections.iter().chain(&review.agenda).chain(&review.rules) {
                let _ = writeln!(out, "  {line}");
            }
        }
    }
}

fn describe_items(out: &mut String, items: &[Item]) {
    for item in items {
        let only = if item.severities.is_empty() {
            String::new()
        } else {
            format!("  ({})", item.severities.join(", "))
        };
        let first = if item.before_mitigation {
            "  (before any mitigation)"
        } else {
            ""
        };
        let _ = writeln!(out, "    [ ] {:<32} {}{only}{first}", item.id, item.text);
    }
}

fn heading(out: &mut String, title: &str) {
    let _ = write!(out, "\n{title}\n");
}
