import { cloudwatch } from "../../../../resources/index.js";
import { next, type Plan } from "../driver.js";

const metric = () => cloudwatch.Metric("Shop", "Orders");
const alarm = () =>
	metric().putAlarm({
		AlarmName: `alarm-${next()}`,
		ComparisonOperator: "GreaterThanThreshold",
		EvaluationPeriods: 1,
		Period: 60,
		Statistic: "Sum",
		Threshold: 1,
	});
const put = () => metric().putData({ MetricData: [{ Value: 1 }] });

export const plan = (): Plan => ({
	samples: { "": () => cloudwatch(), Alarm: alarm, Metric: metric },
	inputs: {
		"Alarm.setState": { StateValue: "OK", StateReason: "because" },
		"Metric.getStatistics": { StartTime: new Date(0), EndTime: new Date(1e9), Period: 60, Statistics: ["Sum"] },
		"Metric.putAlarm": {
			AlarmName: "a",
			ComparisonOperator: "GreaterThanThreshold",
			EvaluationPeriods: 1,
			Period: 60,
			Statistic: "Sum",
			Threshold: 1,
		},
		"Metric.putData": { MetricData: [{ Value: 1 }] },
	},
	before: { "Metric.load": put, "Metric.get": put },
});
