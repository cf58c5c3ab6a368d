//! Everything that no other part of the file waits for.

use super::{Checker, Gate, Step, Within, at, none_such};
use crate::framework::model::LEVELS;
use crate::framework::{Span, data, ratings, suggest};
use crate::incident::Horizon;

impl Checker<'_> {
    /// Severities, and every place that only names some.
    pub(super) fn severities(&mut self) {
        let data = self.data;
        for (number, severity) in data
            .severities
            .iter()
            .enumerate()
            .filter(|(_, one)| one.criteria.is_empty())
        {
            self.say(
                at!["severities", number, "criteria"],
                format!("severity `{}` has no criteria", severity.id),
            );
        }
        for (number, threshold) in data.thresholds.iter().enumerate() {
            let of = |key: &str| at!["thresholds", number, key];
            if let Some(severity) = &threshold.severity {
                self.known_severity(of("severity"), severity);
            }
            for (key, word) in [("impact", &threshold.impact), ("urgency", &threshold.urgency)] {
                let Some(word) = word else { continue };
                if !LEVELS.contains(&word.as_str()) {
                    self.say(of(key), none_such("level", word, LEVELS.into_iter()));
                } else if data.matrix.is_empty() {
                    let said = format!("`{word}` speaks for a rating, and there is no matrix of impact and urgency");
                    self.say(of(key), said);
                }
            }
            if let Some(name) = &threshold.records {
                self.known(of("records"), "field of the impact", name, &self.impact.clone());
            }
            self.edges(number, threshold);
            let share = suggest::is_share(&threshold.measure);
            let figures = [
                ("below", threshold.below),
                ("at_most", threshold.at_most),
                ("above", threshold.above),
                ("at_least", threshold.at_least),
            ];
            for (key, figure) in figures {
                let Some(figure) = figure else { continue };
                if !figure.is_finite() || figure < 0.0 || (share && figure > 100.0) {
                    let most = if share {
                        "a percentage from 0 to 100"
                    } else {
                        "a figure"
                    };
                    self.say(of(key), format!("`{figure}` is not {most}"));
                }
            }
        }
        if !data.matrix.is_empty() {
            self.matrix();
        }
    }

    /// The edges of a threshold leave room for a figure, and every threshold of a measure is of one kind.
    fn edges(&mut self, number: usize, threshold: &data::Threshold) {
        let of = |key: &str| at!["thresholds", number, key];
        let measure = &threshold.measure;
        if threshold.below.is_some() && threshold.at_most.is_some() {
            self.say(
                of("at_most"),
                format!("`{measure}` has two upper edges; one of them is enough"),
            );
        }
        if threshold.above.is_some() && threshold.at_least.is_some() {
            self.say(
                of("at_least"),
                format!("`{measure}` has two lower edges; one of them is enough"),
            );
        }
        let (least, most) = (
            threshold.at_least.or(threshold.above),
            threshold.at_most.or(threshold.below),
        );
        if let (Some(least), Some(most)) = (least, most)
            && (least > most || (least >= most && (threshold.at_least.is_none() || threshold.at_most.is_none())))
        {
            let key = if threshold.at_most.is_some() {
                "at_most"
            } else {
                "below"
            };
            self.say(of(key), format!("no figure is over `{least}` and under {most}"));
        }
        let others = self.data.thresholds[..number]
            .iter()
            .find(|other| other.measure == *measure);
        if others.is_some_and(|other| other.is_fact() != threshold.is_fact()) {
            self.say(
                of("measure"),
                format!("`{measure}` is a figure here and a plain fact there"),
            );
        }
    }

    fn matrix(&mut self) {
        let data = self.data;
        for (impact, row) in &data.matrix {
            if !LEVELS.contains(&impact.as_str()) {
                self.say_key(at!["matrix", impact], none_such("level", impact, LEVELS.into_iter()));
            }
            for (urgency, severity) in row {
                if !LEVELS.contains(&urgency.as_str()) {
                    self.say_key(
                        at!["matrix", impact, urgency],
                        none_such("level", urgency, LEVELS.into_iter()),
                    );
                }
                self.known_severity(at!["matrix", impact, urgency], severity);
            }
        }
        for impact in LEVELS {
            for urgency in LEVELS {
                if data.matrix.get(impact).is_none_or(|row| !row.contains_key(urgency)) {
                    let said = format!("the matrix has no severity for impact `{impact}` and urgency {urgency}");
                    self.say_key(at!["matrix", impact], said);
                }
            }
        }
    }

    pub(super) fn audiences(&mut self) {
        let data = self.data;
        for (number, audience) in data.audiences.iter().enumerate() {
            self.by_severity(
                &[Step::from("audiences"), Step::from(number), Step::from("facts")],
                &audience.facts,
            );
            let path = [Step::from("audiences"), Step::from(number), Step::from("approval")];
            self.by_severity(&path, &audience.approval);
            for (severity, roles) in &audience.approval {
                for (place, role) in roles.iter().enumerate() {
                    let path = at!["audiences", number, "approval", severity, place];
                    self.known(path, "role", role, &self.roles.clone());
                }
            }
            for (place, state) in audience.states.iter().enumerate() {
                if audience.states[..place].contains(state) {
                    self.say(
                        at!["audiences", number, "states", place],
                        format!("state `{state}` stands twice"),
                    );
                }
            }
        }
    }

    pub(super) fn gate(&mut self) -> Gate {
        let gate = &self.data.gate;
        for (number, item) in gate.items.iter().enumerate() {
            let path = at!["gate", "items", number, "item"];
            if !self.items.contains(&item.item) {
                let said = none_such("checklist item", &item.item, self.items.iter().map(String::as_str));
                self.say(path, said);
            } else if gate.items[..number].iter().any(|other| other.item == item.item) {
                self.say(path, format!("`{}` stands twice under gate", item.item));
            }
        }
        self.by_severity(&[Step::from("gate"), Step::from("borrowed")], &gate.borrowed);
        let path = at!["gate", "soak"];
        Gate {
            items: gate.items.clone(),
            soak: self.times(&path, &gate.soak),
            soak_label: gate.soak_label.clone(),
            soak_why: gate.soak_why.clone(),
            borrowed: gate.borrowed.clone(),
            answers: gate.answers.clone(),
        }
    }

    /// The time that a raise of the severity leaves.
    pub(super) fn raise_grace(&mut self) -> Span {
        let text = &self.data.raise_grace;
        let span = Within::parse(text).and_then(|within| within.span());
        match span {
            Some((first, last)) if first == last => first,
            _ => {
                self.say(at!["raise_grace"], format!("`{text}` is not a time; try 1m"));
                Span::Elapsed(std::time::Duration::from_secs(60))
            }
        }
    }

    pub(super) fn approvals(&mut self) {
        let data = self.data;
        self.by_severity(&[Step::from("approvals")], &data.approvals);
        for (severity, rule) in &data.approvals {
            for (option, role) in &rule.options {
                if !self.options.contains(option.as_str()) {
                    let said = none_such("mitigation option", option, self.options.iter().copied());
                    self.say_key(at!["approvals", severity, "options", option], said);
                }
                self.known(
                    at!["approvals", severity, "options", option],
                    "role",
                    role,
                    &self.roles.clone(),
                );
            }
            let fields = [
                ("plan", rule.plan.keys().collect::<Vec<_>>()),
                ("peers", rule.peers.keys().collect()),
                ("peers_later", rule.peers_later.keys().collect()),
            ];
            for (field, options) in fields {
                for option in options {
                    if self.options.contains(option.as_str()) {
                        continue;
                    }
                    let said = none_such("mitigation option", option, self.options.iter().copied());
                    self.say_key(at!["approvals", severity, field, option], said);
                }
            }
            if rule.later && (rule.commander || rule.others > 0 || !rule.options.is_empty() || !rule.peers.is_empty()) {
                let said = "`later` asks no one before, and the rule also names who has to agree before";
                self.say_key(at!["approvals", severity, "later"], said.into());
            }
        }
    }

    /// What only names phases, severities and shares.
    #[allow(clippy::too_many_lines, reason = "the parts of a framework, one after the other")]
    pub(super) fn rest(&mut self) {
        let data = self.data;
        self.horizons();
        for (number, one) in data.escalations.iter().enumerate() {
            if let Some(list) = &one.checklist {
                self.known(
                    at!["escalations", number, "checklist"],
                    "phase",
                    list,
                    &self.phases.clone(),
                );
            }
        }
        for (number, one) in data.specialists.iter().enumerate() {
            for (place, severity) in one.severities.iter().enumerate() {
                self.known_severity(at!["specialists", number, "severities", place], severity);
            }
            for (place, phase) in one.phases.iter().enumerate() {
                self.known(
                    at!["specialists", number, "phases", place],
                    "phase",
                    phase,
                    &self.phases.clone(),
                );
            }
        }
        if let Some(list) = &data.questions_in {
            self.known(at!["questions_in"], "phase", list, &self.phases.clone());
        }
        if let Some(list) = &data.escalation_path {
            self.known(at!["escalation_path"], "phase", list, &self.phases.clone());
        }
        if let Some(major) = &data.major {
            self.times(&[Step::from("major"), Step::from("after")], &major.after);
            if let Some(id) = major
                .procedure
                .as_ref()
                .filter(|id| !data.procedures.iter().any(|one| one.id == **id))
            {
                let said = none_such("procedure", id, data.procedures.iter().map(|one| one.id.as_str()));
                self.say(at!["major", "procedure"], said);
            }
            if let Some(target) = &major.escalates {
                self.known(at!["major", "escalates"], "escalation", target, &self.targets.clone());
            }
            for (severity, count) in &major.counts {
                let path = at!["major", "counts", severity];
                if !self.severities.contains(severity.as_str()) {
                    let said = none_such("severity", severity, self.severities.iter().copied());
                    self.say_key(path, said);
                } else if *count < 2 {
                    self.say(
                        path,
                        format!("`{count}` is one incident; it takes two at least to be a major one"),
                    );
                }
            }
        }
        for (number, one) in data.impact.iter().enumerate() {
            let Some(rates) = &one.rates else { continue };
            let known = ratings::RATES.map(|(rates, _)| rates);
            let path = at!["impact", number, "rates"];
            if !known.contains(&rates.as_str()) {
                self.say(path, none_such("rating", rates, known.into_iter()));
            } else if data.impact[..number]
                .iter()
                .any(|other| other.rates.as_ref() == Some(rates))
            {
                self.say(path, format!("two fields rate the `{rates}`"));
            }
        }
        if let Some(declaring) = &data.declaring {
            for (number, ground) in declaring.grounds.iter().enumerate() {
                let twice = declaring.grounds[..number].iter().any(|other| other.id == ground.id);
                self.id(
                    at!["declaring", "grounds", number, "id"],
                    "the grounds",
                    &ground.id,
                    twice,
                );
            }
        }
        self.shares();
        if let Some(review) = &data.review {
            self.by_severity(&[Step::from("review"), Step::from("within")], &review.within);
            for (severity, text) in &review.within {
                if !is_review_time(text) {
                    let said = format!(
                        "`{text}` is not a time of a review; try 48 h, 5 business days, 1 week (optional) or none"
                    );
                    self.say(at!["review", "within", severity], said);
                }
            }
            if let Some(item) = review.document.as_ref().filter(|item| !self.items.contains(*item)) {
                let said = none_such("checklist item", item, self.items.iter().map(String::as_str));
                self.say(at!["review", "document"], said);
            }
            for (place, one) in review.attendees.iter().enumerate() {
                if let Some(role) = &one.role {
                    self.known(
                        at!["review", "attendees", place, "role"],
                        "role",
                        role,
                        &self.roles.clone(),
                    );
                }
            }
            for (key, role) in [
                ("facilitator", &review.facilitator),
                ("facilitator_not", &review.facilitator_not),
            ] {
                if let Some(role) = role {
                    self.known(at!["review", key], "role", role, &self.roles.clone());
                }
            }
            for (place, severity) in review.mandatory.iter().enumerate() {
                self.severity(at!["review", "mandatory", place], false, severity);
            }
        }
    }

    /// How soon action items are done.
    fn horizons(&mut self) {
        let data = self.data;
        for (number, one) in data.horizons.iter().enumerate() {
            if Horizon::known(&one.id).is_none() {
                let said = none_such("horizon", &one.id, Horizon::KNOWN.iter().copied());
                self.say(at!["horizons", number, "id"], said);
            }
            if data.horizons[..number].iter().any(|other| other.id == one.id) {
                self.say(at!["horizons", number, "id"], format!("`{}` stands twice", one.id));
            }
            if Span::parse(&one.within).is_none() {
                let said = format!("`{}` is not a time; try 7d, 5bd or 90d", one.within);
                self.say(at!["horizons", number, "within"], said);
            }
        }
    }

    /// Percentages that are some.
    fn shares(&mut self) {
        let data = self.data;
        let mut sum = 0u32;
        for (number, cause) in data.causes.iter().enumerate() {
            let Some(share) = cause.share else { continue };
            sum += u32::from(share);
            let path = at!["causes", number, "share"];
            if share > 100 {
                self.say(
                    path,
                    format!("`{share}` is more than all incidents; a share is a percentage"),
                );
            } else if sum > 100 && sum - u32::from(share) <= 100 {
                self.say(
                    path,
                    format!("`{share}` more make the causes {sum} %, more than all incidents"),
                );
            }
        }
        for (number, target) in data.targets.iter().enumerate() {
            for (before, _) in target.want.match_indices('%') {
                let text = target.want[..before].trim_end();
                let digits = text.len() - text.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.').len();
                let figure = &text[text.len() - digits..];
                if !figure.parse::<f64>().is_ok_and(|figure| figure <= 100.0) {
                    let said = format!("`{}` has a percentage that is none from 0 to 100", target.want);
                    self.say(at!["targets", number, "want"], said);
                }
            }
        }
    }
}

/// `48 h`, `5 business days`, `2 weeks (optional)`, `none`.
fn is_review_time(text: &str) -> bool {
    let text = text.trim();
    let plain = text.strip_suffix("(optional)").map_or(text, str::trim_end);
    let Some((number, unit)) = plain.split_once(' ') else {
        return plain == "none" || Within::parse(plain).is_some_and(|within| within.span().is_some());
    };
    let units = [
        "h",
        "hour",
        "hours",
        "day",
        "days",
        "week",
        "weeks",
        "business day",
        "business days",
    ];
    number.parse::<u16>().is_ok_and(|number| number > 0) && units.contains(&unit)
}
