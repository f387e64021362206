package io.resourcelink.cli;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class TextTableTest {

    @Test
    void columnsAreAsWideAsTheirWidestCell() {
        var table = new TextTable().left("KEY").right("SIZE").left("STATE");
        table.row("a", "1.0MiB", "open");
        table.row("🔑 a long key", "7B", "retired");

        assertThat(table).hasToString("""
                KEY             SIZE  STATE
                a             1.0MiB  open
                🔑 a long key      7B  retired
                """);
    }

    @Test
    void noLineEndsWithBlanks() {
        var table = new TextTable().left("KEY").left("DETAIL");
        table.row("a", "");

        assertThat(table).hasToString("KEY  DETAIL\na\n");
    }
}
