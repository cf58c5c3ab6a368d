//! One piece of work for each of many things, on as many threads as this machine has processors, the answers in their order.

use std::sync::atomic::{AtomicUsize, Ordering};

/// Most threads: reading files ends at the disk.
const THREADS: usize = 8;
/// Below so many things a thread costs more than it brings.
const FEW: usize = 16;

/// What `work` makes of each of them.
pub(crate) fn each<T: Sync, R: Send>(all: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let threads = threads.min(THREADS).min(all.len() / FEW);
    if threads < 2 {
        return all.iter().map(work).collect();
    }
    let next = AtomicUsize::new(0);
    // Small portions: no thread waits long for the one that got the largest files.
    let portion = FEW / 2;
    let mut done: Vec<(usize, Vec<R>)> = std::thread::scope(|scope| {
        let run = || {
            let mut done = Vec::new();
            loop {
                let from = next.fetch_add(portion, Ordering::Relaxed);
                let Some(mine) = all
                    .get(from..all.len().min(from + portion))
                    .filter(|mine| !mine.is_empty())
                else {
                    return done;
                };
                done.push((from, mine.iter().map(&work).collect::<Vec<R>>()));
            }
        };
        // Where no more threads can be had, those that there are do all of it.
        let other = |_| std::thread::Builder::new().spawn_scoped(scope, run).ok();
        let others: Vec<_> = (1..threads).filter_map(other).collect();
        let mut done = run();
        for other in others {
            match other.join() {
                Ok(theirs) => done.extend(theirs),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        done
    });
    done.sort_by_key(|(from, _)| *from);
    done.into_iter().flat_map(|(_, answers)| answers).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_stand_in_the_order_of_what_was_asked() {
        for count in [0, 1, 15, 16, 100, 1000] {
            let all: Vec<usize> = (0..count).collect();
            assert_eq!(
                each(&all, |one| one * 2),
                all.iter().map(|one| one * 2).collect::<Vec<_>>()
            );
        }
    }
}
