package io.resourcelink.campaign;

import java.nio.file.Path;
import java.util.List;

/**
 * How a campaign is to run. Each option is an argument {@code --name=value}; one without a value is as if it were missing.
 *
 * @param minutes {@code --minutes=N}: how long; the seed that runs at the end is finished
 * @param seed {@code --seed=S}: the first seed of each part; those that the results have already are left out
 * @param soak {@code --soak=SECONDS}: how long a seed of the part {@code soak} takes
 * @param only {@code --only=prefix,prefix}: the parts whose names begin so, all of them if there is none
 * @param documentation {@code --documentation=directory}: where the results and the document are
 */
record CampaignOptions(long minutes, long seed, int soak, List<String> only, Path documentation) {

    static CampaignOptions parse(String... arguments) {
        CampaignOptions options = new CampaignOptions(5, 1, 300, List.of(""), Path.of("docs"));
        for (String argument : arguments) {
            int equals = argument.indexOf('=');
            if (equals < 0) {
                throw new IllegalArgumentException("--name=value is expected: " + argument);
            }
            String value = argument.substring(equals + 1);
            if (!value.isEmpty()) {
                options = options.with(argument.substring(0, equals), value);
            }
        }
        return options;
    }

    private CampaignOptions with(String name, String value) {
        return switch (name) {
            case "--minutes" -> new CampaignOptions(Long.parseLong(value), seed, soak, only, documentation);
            case "--seed" -> new CampaignOptions(minutes, Long.parseLong(value), soak, only, documentation);
            case "--soak" -> new CampaignOptions(minutes, seed, Integer.parseInt(value), only, documentation);
            case "--only" -> new CampaignOptions(minutes, seed, soak, List.of(value.split(",", -1)), documentation);
            case "--documentation" -> new CampaignOptions(minutes, seed, soak, only, Path.of(value));
            default -> throw new IllegalArgumentException("No such option: " + name);
        };
    }

    boolean includes(String part) {
        return only.stream().anyMatch(part::startsWith);
    }
}
