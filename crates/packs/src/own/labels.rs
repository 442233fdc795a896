//! Lists of labels as people have them: a name a line, numbered lines, JSON.

/// The names in a text, in the order of the network's scores. Empty lines are left out, and so are numbers that count the
/// lines. JSON may be a list of names, or an object from numbers to names (the last text of a list, as Keras' ImageNet
/// index has them).
pub fn labels_in(text: &str) -> Vec<String> {
    let text = text.trim_start_matches('\u{feff}').trim();
    match text.as_bytes().first() {
        Some(b'[') => strings(text),
        Some(b'{') => numbered_names(text),
        _ => lines(text),
    }
}

fn lines(text: &str) -> Vec<String> {
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let numbers: Vec<Option<(u32, &str)>> = lines.iter().map(|line| numbered(line)).collect();
    let counts = numbers.windows(2).all(
        |pair| matches!((pair[0], pair[1]), (Some((first, _)), Some((second, _))) if second == first + 1),
    );
    let named = |(line, number): (&&str, &Option<(u32, &str)>)| match number {
        Some((_, name)) if counts && lines.len() > 1 => (*name).to_owned(),
        _ => (*line).to_owned(),
    };
    lines.iter().zip(&numbers).map(named).collect()
}

/// `3: cat`, `3,cat`, `3 cat` -> 3 and the name.
fn numbered(line: &str) -> Option<(u32, &str)> {
    let end = line.find(|c: char| !c.is_ascii_digit())?;
    let (number, rest) = line.split_at(end);
    let name = rest.trim_start_matches([':', ',', ';', '\t', ' ', '=']).trim().trim_matches('"');
    if name.is_empty() || name.len() == rest.len() {
        return None;
    }
    Some((number.parse().ok()?, name))
}

/// All texts of a JSON value, in their order.
fn strings(json: &str) -> Vec<String> {
    let (mut found, mut rest) = (vec![], json);
    while let Some((text, behind)) = next_string(rest) {
        found.push(text);
        rest = behind;
    }
    found
}

/// `{"0": "cat", "1": ["n02084071", "dog"]}`, sorted by the numbers.
fn numbered_names(json: &str) -> Vec<String> {
    let (mut found, mut rest): (Vec<(u32, String)>, _) = (vec![], json);
    while let Some((text, behind)) = next_string(rest) {
        let is_key = behind.trim_start().starts_with(':');
        match (is_key, text.parse(), found.last_mut()) {
            (true, Ok(number), _) => found.push((number, String::new())),
            (false, _, Some(last)) => last.1 = text,
            _ => {}
        }
        rest = behind;
    }
    found.sort_by_key(|&(number, _)| number);
    found.into_iter().map(|(_, name)| name).filter(|name| !name.is_empty()).collect()
}

/// The first text of a JSON value, and what follows it.
fn next_string(json: &str) -> Option<(String, &str)> {
    let start = json.find('"')? + 1;
    let (mut escaped, mut text) = (false, String::new());
    for (at, c) in json[start..].char_indices() {
        match (escaped, c) {
            (false, '"') => return Some((text, &json[start + at + 1..])),
            (false, '\\') => escaped = true,
            _ => {
                escaped = false;
                text.push(c);
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_a_line_is_taken_as_it_is() {
        assert_eq!(
            labels_in("\u{feff}tench\r\n\r\n goldfish \n3d printer\n"),
            ["tench", "goldfish", "3d printer"]
        );
    }

    #[test]
    fn numbers_that_count_the_lines_are_left_out() {
        for text in ["0: cat\n1: dog", "1 cat\n2 dog", "7,cat\n8,dog", "0\tcat\n1\tdog"] {
            assert_eq!(labels_in(text), ["cat", "dog"], "{text}");
        }
        assert_eq!(labels_in("1 cat\n3 dogs"), ["1 cat", "3 dogs"], "they count something else");
    }

    #[test]
    fn json_may_be_a_list_or_an_object_of_numbers() {
        assert_eq!(labels_in(r#"["cat", "a \"dog\""]"#), ["cat", "a \"dog\""]);
        assert_eq!(labels_in(r#"{"10": "c", "1": ["n1", "b"], "0": "a"}"#), ["a", "b", "c"]);
    }

    #[test]
    fn nothing_gives_no_labels_and_what_breaks_off_ends_there() {
        assert!(labels_in(" \n ").is_empty());
        assert_eq!(labels_in(r#"["cat", "do"#), ["cat"]);
        assert!(labels_in("{").is_empty());
    }
}
