import {RemainingDaysField} from "@web/views/fields/remaining_days/remaining_days_field";
import {capitalize} from "@web/core/utils/strings";
import {patch} from "@web/core/utils/patch";

patch(RemainingDaysField.prototype, {
    /**
     * Count days as long as Odoo says it in words: "next month" may be nine days or
     * fifty away, and who has promised a day needs to know which.
     */
    get diffString() {
        const days = this.diffDays;
        if (days === null || Math.abs(days) > 99) {
            return super.diffString;
        }
        const value = this.props.record.data[this.props.name];
        return capitalize(value.toRelativeCalendar({unit: "days"}));
    },
});
