//! A text in the person's own editor: `$VISUAL`, else `$EDITOR`, else `vi`, started without a shell.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::process::Command;

/// What is started where the person names none.
const USUAL: &str = "vi";

/// Has a text edited; what was saved, or why there is nothing, as a sentence. The file is in a folder of the person's own, and gone
/// afterwards.
pub(super) fn edit(folder: &Path, text: &str) -> Result<String, String> {
    let named = ["VISUAL", "EDITOR"].iter().filter_map(|name| std::env::var(name).ok());
    let editor = named.into_iter().find(|value| !value.trim().is_empty());
    edit_with(editor.as_deref().unwrap_or(USUAL), folder, text)
}

fn edit_with(editor: &str, folder: &Path, text: &str) -> Result<String, String> {
    let kept = "Your text is as it was.";
    let file = folder.join(format!("edit-{}.md", std::process::id()));
    let no_file = |error: std::io::Error| format!("{}: {error}. {kept}", file.display());
    fs::create_dir_all(folder).map_err(no_file)?;
    // A leftover of a process of the same number is not ours.
    let _ = fs::remove_file(&file);
    let mut open = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&file)
        .map_err(no_file)?;
    open.write_all(text.as_bytes()).map_err(no_file)?;
    drop(open);
    let edited = run(editor, &file, kept).and_then(|()| read(&file, kept));
    let _ = fs::remove_file(&file);
    edited
}

fn run(editor: &str, file: &Path, kept: &str) -> Result<(), String> {
    let mut words = editor.split_whitespace();
    let program = words.next().unwrap_or(USUAL);
    let ended = Command::new(program).args(words).arg(file).status();
    match ended {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("{program} ended with {status}. {kept}")),
        Err(error) => Err(format!(
            "Cannot start {program}: {error}. {kept} VISUAL or EDITOR names another editor."
        )),
    }
}

fn read(file: &Path, kept: &str) -> Result<String, String> {
    let length = fs::metadata(file).map_or(0, |found| found.len());
    if length > crate::bounds::TEXT as u64 {
        return Err(format!("That is longer than {} bytes. {kept}", crate::bounds::TEXT));
    }
    let bytes = fs::read(file).map_err(|error| format!("What your editor saved cannot be read: {error}. {kept}"))?;
    String::from_utf8(bytes).map_err(|_| format!("What your editor saved is not UTF-8. {kept}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A program that stands for an editor.
    fn script(folder: &Path, body: &str) -> String {
        let file = folder.join("editor.sh");
        fs::write(&file, format!("#!/bin/sh\n{body}\n")).unwrap();
        format!("sh {}", file.display())
    }

    #[test]
    fn what_is_saved_comes_back_and_the_file_is_gone() {
        let folder = tempfile::tempdir().unwrap();
        let editor = script(folder.path(), r#"printf 'second\n' >> "$1""#);
        let own = folder.path().join("own");
        assert_eq!(edit_with(&editor, &own, "first\n").unwrap(), "first\nsecond\n");
        assert_eq!(fs::read_dir(&own).unwrap().count(), 0);
    }

    #[test]
    fn an_editor_that_fails_is_told_and_nothing_is_taken() {
        let folder = tempfile::tempdir().unwrap();
        let editor = script(folder.path(), r#"echo lost > "$1"; exit 3"#);
        let why = edit_with(&editor, folder.path(), "first").unwrap_err();
        assert!(why.contains("sh ended with") && why.contains("as it was"), "{why}");
        let why = edit_with("/no/such/editor -w", folder.path(), "first").unwrap_err();
        assert!(why.contains("/no/such/editor") && why.contains("EDITOR"), "{why}");
        let editor = script(folder.path(), r#"printf '\377\376' > "$1""#);
        assert!(edit_with(&editor, folder.path(), "x").unwrap_err().contains("UTF-8"));
    }
}
