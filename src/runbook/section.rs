//! What a heading of a runbook means, whatever it is called.

mod elsewhere;

use serde::Serialize;

pub(super) use elsewhere::leads_elsewhere;

/// What a section is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Purpose {
    /// How it shows.
    Symptoms,
    /// Who is hurt.
    Impact,
    /// Finding out.
    Diagnosis,
    /// Making it less bad now.
    Mitigation,
    /// Ending it.
    Resolution,
    /// Seeing that it worked.
    Verification,
    /// Whom to call next.
    Escalation,
    /// That it does not come back.
    Prevention,
    /// Taking it back.
    WayBack,
    /// Steps of any kind.
    Procedure,
    /// Background and links.
    Reference,
    /// Anything else.
    #[default]
    Other,
}

impl Purpose {
    /// Whether what stands there is done rather than read.
    pub fn is_procedure(self) -> bool {
        matches!(
            self,
            Self::Diagnosis | Self::Mitigation | Self::Resolution | Self::Verification | Self::Procedure
        )
    }

    /// Whether what stands there is known to be no step.
    pub fn is_background(self) -> bool {
        matches!(self, Self::Symptoms | Self::Impact | Self::Reference)
    }
}

/// Words of headings by what they mean; the first that fits counts, so that `check resolution` is a verification. A word with a
/// `*` may go on.
const WORDS: [(Purpose, &[&str]); 11] = [
    (
        Purpose::Verification,
        &[
            "verif*",
            "validat*",
            "check resolution",
            "check the resolution",
            "check that it worked",
            "check it worked",
            "confirm*",
            "checks of success",
            "success criteria",
            "success",
            "is it fixed",
            "post-check*",
            "post check*",
            "smoke test*",
            "watch afterwards",
            "überprüf*",
            "prüfung",
            "kontrolle",
            "vérif*",
            "verific*",
            "comprob*",
            "проверк*",
            "验证*",
            "検証*",
            "確認*",
        ],
    ),
    (
        Purpose::WayBack,
        &[
            "way back",
            "ways back",
            "backout",
            "back out",
            "undo",
            "revert",
            "if it makes things worse",
            "rollback plan",
            "rückweg",
            "rückgängig*",
            "retour arrière",
            "zurückrollen",
        ],
    ),
    (
        Purpose::Prevention,
        &[
            "prevent*",
            "follow-up*",
            "follow up*",
            "followup*",
            "post-incident*",
            "afterwards",
            "long-term",
            "long term",
            "lessons*",
            "improvement*",
            "hardening",
            "vorbeug*",
            "prävent*",
            "prévent*",
            "prevenc*",
            "预防*",
            "予防*",
            "再発防止*",
        ],
    ),
    (
        Purpose::Escalation,
        &[
            "escalat*",
            "who to call",
            "whom to call",
            "contact*",
            "get help",
            "getting help",
            "communicat*",
            "notify",
            "call",
            "eskal*",
            "escala*",
            "kontakt*",
            "升级*",
            "联系*",
            "エスカレーション*",
        ],
    ),
    (
        Purpose::Symptoms,
        &[
            "symptom*",
            "meaning",
            "signs",
            "how it shows",
            "what it looks like",
            "trigger*",
            "alert",
            "detection",
            "when to use",
            "symptôme*",
            "síntoma*",
            "anzeichen",
            "sintoma*",
            "симптом*",
            "признак*",
            "症状*",
            "现象*",
        ],
    ),
    (
        Purpose::Impact,
        &[
            "impact",
            "consequence*",
            "blast radius",
            "severity",
            "who is hurt",
            "affected",
            "auswirkung*",
            "impacto",
            "影响*",
            "影響*",
        ],
    ),
    (
        Purpose::Reference,
        &[
            "reference*",
            "links",
            "link",
            "see also",
            "further reading",
            "related",
            "resources",
            "background",
            "overview",
            "architecture",
            "description",
            "summary",
            "introduction",
            "about",
            "metadata",
            "dashboards",
            "glossary",
            "changelog",
            "example*",
            "table of contents",
            "contents",
            "faq",
            "notes",
            "additional*",
            "documentation",
            "owner*",
            "referenz*",
            "référence*",
            "referencia*",
            "verweise",
            "siehe auch",
            "liens",
            "voir aussi",
            "enlaces",
            "ver también",
            "véase también",
            "ссылк*",
            "см также",
            "链接*",
            "相关*",
            "リンク*",
            "関連*",
            "hintergrund",
            "überblick",
            "参考*",
        ],
    ),
    (
        Purpose::Diagnosis,
        &[
            "diagnos*",
            "investigat*",
            "troubleshoot*",
            "debug*",
            "analys*",
            "triage",
            "identif*",
            "assess*",
            "examine*",
            "possible causes",
            "causes",
            "cause",
            "root cause*",
            "checks",
            "check*",
            "initial steps",
            "first steps",
            "possible checks",
            "data gathering",
            "gather*",
            "collect*",
            "how to find*",
            "pointers",
            "diagnós*",
            "untersuch*",
            "ursache*",
            "fehlersuche",
            "диагност*",
            "расследован*",
            "проверит*",
            "诊断*",
            "排查*",
            "診断*",
            "調査*",
        ],
    ),
    (
        Purpose::Mitigation,
        &[
            "mitigat*",
            "contain*",
            "workaround*",
            "work around*",
            "remediat*",
            "stop the bleeding",
            "immediate*",
            "quick fix*",
            "short-term",
            "short term",
            "stabili*",
            "rollback",
            "roll back",
            "eindämm*",
            "sofortma*",
            "atténu*",
            "mitigac*",
            "缓解*",
            "緩和*",
            "対処*",
            "対応*",
        ],
    ),
    (
        Purpose::Resolution,
        &[
            "resol*",
            "fix*",
            "eradicat*",
            "recover*",
            "restor*",
            "solution*",
            "repair*",
            "solve*",
            "behebung*",
            "beheben",
            "lösung*",
            "wiederherstell*",
            "entstör*",
            "résol*",
            "soluci*",
            "soluç*",
            "resoluç*",
            "устранен*",
            "решени*",
            "восстановлен*",
            "处理*",
            "恢复*",
            "解决*",
            "修复*",
            "復旧*",
            "解決*",
        ],
    ),
    (
        Purpose::Procedure,
        &[
            "steps",
            "step",
            "detailed steps",
            "further steps",
            "procedure*",
            "instruction*",
            "process",
            "how to",
            "action*",
            "what to do",
            "decision*",
            "checklist*",
            "before",
            "during",
            "change",
            "execution",
            "migration",
            "plan",
            "tasks",
            "runbook",
            "playbook",
            "prepare*",
            "preparation",
            "deploy*",
            "failover",
            "switch*",
            "maintenance",
            "upgrade",
            "todo",
            "schritt*",
            "vorgehen*",
            "ablauf",
            "maßnahme*",
            "anleitung",
            "étape*",
            "procédure*",
            "paso*",
            "procedimiento*",
            "passo*",
            "procedimento*",
            "шаг*",
            "действи*",
            "порядок действий",
            "步骤*",
            "操作*",
            "手順*",
        ],
    ),
];

/// Verbs that a heading of steps begins with.
const VERBS: [&str; 44] = [
    "add",
    "apply",
    "attach",
    "change",
    "clean",
    "clear",
    "configure",
    "connect",
    "create",
    "deploy",
    "disable",
    "drain",
    "enable",
    "ensure",
    "expand",
    "find",
    "force",
    "get",
    "increase",
    "inspect",
    "install",
    "list",
    "look",
    "move",
    "open",
    "ping",
    "promote",
    "reboot",
    "rebuild",
    "reduce",
    "remove",
    "replace",
    "reset",
    "restart",
    "rotate",
    "run",
    "scale",
    "set",
    "start",
    "stop",
    "trigger",
    "update",
    "use",
    "wait",
];

/// Whether these few words are what a section is called.
pub(super) fn is_name(title: &str) -> bool {
    let title = title.trim_end_matches([':', ' ']);
    title.split_whitespace().count() <= 3 && purpose(title) != Purpose::Other
}

/// What a heading of these words means.
pub(super) fn purpose(title: &str) -> Purpose {
    let lower = super::prose::without_number(title.trim()).to_lowercase();
    let spaced: String = lower
        .chars()
        .map(|c| if c.is_alphanumeric() || c == '-' { c } else { ' ' })
        .collect();
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let joined = format!("{} ", words.join(" "));
    let starts: Vec<usize> = words
        .iter()
        .scan(0, |at, word| Some(std::mem::replace(at, *at + word.len() + 1)))
        .collect();
    // Where a word begins is looked at, and nowhere else: each heading of each runbook comes through here.
    let has = |wanted: &str| {
        let (wanted, open) = wanted
            .strip_suffix('*')
            .map_or((wanted, false), |beginning| (beginning, true));
        starts.iter().any(|at| {
            let rest = joined[*at..].strip_prefix(wanted);
            rest.is_some_and(|rest| open || rest.starts_with(' '))
        })
    };
    if let Some((purpose, _)) = WORDS.iter().find(|(_, all)| all.iter().any(|wanted| has(wanted))) {
        return *purpose;
    }
    match words.first() {
        Some(first) if words.len() > 1 && VERBS.contains(first) => Purpose::Procedure,
        _ => Purpose::Other,
    }
}

/// Verbs that a step of one or two words begins with, beside those of headings.
const MORE_VERBS: [&str; 40] = [
    "ack",
    "acknowledge",
    "announce",
    "archive",
    "ask",
    "back",
    "block",
    "build",
    "call",
    "cancel",
    "check",
    "close",
    "compare",
    "copy",
    "count",
    "delete",
    "end",
    "escalate",
    "fix",
    "inform",
    "keep",
    "kill",
    "log",
    "make",
    "merge",
    "monitor",
    "notify",
    "page",
    "pause",
    "purge",
    "raise",
    "read",
    "restore",
    "resume",
    "revert",
    "revoke",
    "roll",
    "switch",
    "tell",
    "verify",
];

/// Whether a step that begins with this word says what to do.
pub(super) fn is_verb(word: &str) -> bool {
    let word = word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
    VERBS.contains(&word.as_str()) || MORE_VERBS.contains(&word.as_str()) || purpose(&word).is_procedure()
}

#[cfg(test)]
mod tests;
