package io.amphora.apiserver.wire;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;

/// The time of an answer (RFC 9110, 6.6.1), by which a client can tell that its clock is wrong. Written anew once a
/// second.
final class DateHeader {
    /// IMF-fixdate, with two digits for the day (RFC 9110, 5.6.7).
    private static final DateTimeFormatter FORM = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private record Written(long second, List<String> value) {}

    private volatile Written last = new Written(Long.MIN_VALUE, List.of());

    List<String> at(Instant now) {
        Written written = last;
        if (written.second() != now.getEpochSecond()) {
            written = new Written(now.getEpochSecond(), List.of(FORM.format(now)));
            last = written;
        }
        return written.value();
    }
}
