package io.amphora.api.batch.v1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.amphora.api.batch.v1.JobIndexes.Interval;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JobIndexesTest {
    @Test
    void readsIntervals() throws Exception {
        JobIndexes indexes = JobIndexes.parse("0,2-5,7", 8);
        assertThat(indexes.intervals()).containsExactly(new Interval(0, 0), new Interval(2, 5), new Interval(7, 7));
        assertThat(indexes.count()).isEqualTo(6);
    }

    @Test
    void findsTheFirstIndexOfBoth() throws Exception {
        JobIndexes done = JobIndexes.parse("0,4-6", 10);
        assertThat(done.common(JobIndexes.parse("1-2,5-9", 10))).isEqualTo(5);
        assertThat(done.common(JobIndexes.parse("1-3", 10))).isEqualTo(-1);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                3,2   | 'non-increasing order, previous: 3, current: 2'
                5-5   | 'non-increasing order, previous: 5, current: 5'
                8     | too large index: "8"
                a     | cannot convert string to integer for index: "a"
                1-2-3 | the fragment "1-2-3" violates the requirement that an index interval can have at most two parts separated by '-'
                """)
    void saysWhatIsWrong(String text, String message) {
        assertThatThrownBy(() -> JobIndexes.parse(text, 8))
                .isInstanceOf(JobIndexes.Unreadable.class)
                .hasMessage(message);
    }
}
