//! A receiver of webhooks on this machine, with moods: each request takes the next one, and the last one stays.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// How a request is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mood {
    /// With this status.
    Status(u16),
    /// 429 with a `Retry-After` of so many seconds.
    Busy(u32),
    /// 201, saying this.
    Says(&'static str),
    /// 200, after so many milliseconds.
    Slow(u64),
    /// The connection ends without an answer.
    Cut,
    /// 301 to elsewhere.
    Elsewhere,
    /// No answer until the other side gives up.
    Hang,
}

/// A request as it came.
#[derive(Clone, Debug)]
pub(crate) struct Got {
    /// `POST`, `PATCH`.
    pub method: String,
    /// The path.
    pub path: String,
    /// Names in small letters, and values.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: String,
}

impl Got {
    /// A header's value; empty where there is none.
    pub(crate) fn header(&self, name: &str) -> &str {
        let found = self.headers.iter().find(|(known, _)| known == name);
        found.map_or("", |(_, value)| value)
    }

    /// The body as JSON.
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap()
    }
}

/// It listens as long as the test runs.
pub(crate) struct Receiver {
    port: u16,
    got: Arc<Mutex<Vec<Got>>>,
    moods: Arc<Mutex<Vec<Mood>>>,
}

impl Receiver {
    pub(crate) fn new(moods: &[Mood]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let (got, moods) = (Arc::new(Mutex::new(Vec::new())), Arc::new(Mutex::new(moods.to_vec())));
        let (all, left) = (Arc::clone(&got), Arc::clone(&moods));
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (all, left) = (Arc::clone(&all), Arc::clone(&left));
                std::thread::spawn(move || serve(stream, &all, &left));
            }
        });
        Self { port, got, moods }
    }

    /// Its address.
    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}/hook", self.port)
    }

    /// From here on.
    pub(crate) fn becomes(&self, mood: Mood) {
        *self.moods.lock().unwrap() = vec![mood];
    }

    /// What came until now.
    pub(crate) fn got(&self) -> Vec<Got> {
        self.got.lock().unwrap().clone()
    }

    /// The ids of what came, in order.
    pub(crate) fn ids(&self) -> Vec<String> {
        let got = self.got();
        got.iter().map(|one| one.header("webhook-id").to_owned()).collect()
    }

    /// Waits until so much came.
    #[track_caller]
    pub(crate) fn wait_for(&self, number: usize) -> Vec<Got> {
        let until = Instant::now() + Duration::from_secs(30);
        while self.got().len() < number {
            assert!(Instant::now() < until, "{} of {number} came", self.got().len());
            std::thread::sleep(Duration::from_millis(5));
        }
        self.got()
    }
}

fn serve(stream: TcpStream, all: &Mutex<Vec<Got>>, left: &Mutex<Vec<Mood>>) -> Option<()> {
    let mut reader = BufReader::new(stream.try_clone().ok()?);
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let mut words = line.split(' ').map(str::to_owned);
    let (method, path) = (words.next()?, words.next()?);
    let mut headers = Vec::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim_end().split_once(':') else {
            break;
        };
        headers.push((name.to_lowercase(), value.trim().to_owned()));
    }
    let got = Got {
        method,
        path,
        headers,
        body: String::new(),
    };
    let mut body = vec![0; got.header("content-length").parse().unwrap_or(0)];
    reader.read_exact(&mut body).ok()?;
    let mood = {
        let mut left = left.lock().unwrap();
        all.lock().unwrap().push(Got {
            body: String::from_utf8(body).unwrap(),
            ..got
        });
        if left.len() > 1 { left.remove(0) } else { left[0] }
    };
    let mut stream = stream;
    let mut answer = |status: u16, more: &str| {
        let _ = write!(
            stream,
            "HTTP/1.1 {status} x\r\ncontent-length: 0\r\nconnection: close\r\n{more}\r\n"
        );
    };
    match mood {
        Mood::Status(status) => answer(status, ""),
        Mood::Says(text) => {
            let length = text.len();
            let _ = write!(
                stream,
                "HTTP/1.1 201 x\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{text}"
            );
        }
        Mood::Busy(seconds) => answer(429, &format!("Retry-After: {seconds}\r\n")),
        Mood::Slow(millis) => {
            std::thread::sleep(Duration::from_millis(millis));
            answer(200, "");
        }
        Mood::Cut => {}
        Mood::Elsewhere => answer(301, "Location: http://127.0.0.1:9/elsewhere\r\n"),
        // Reads until the other side closes.
        Mood::Hang => _ = reader.read_to_end(&mut Vec::new()),
    }
    Some(())
}
