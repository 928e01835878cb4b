using SshMqttBridge.Configuration.Settings;
using SshMqttBridge.Configuration.Tree;

namespace SshMqttBridge.Configuration.Reading;

/// <summary>Reads the schedule of an action: a section with <c>every</c> or <c>cron</c>, or the value of one of them.</summary>
internal static class ScheduleReader
{
    /// <summary>Returns the schedule; null if there is none, or if it is not valid, which is a fault.</summary>
    public static ActionSchedule? Read(SectionReader action)
    {
        if (action.Find(ActionSettings.Schedule) is not var (path, node))
        {
            return null;
        }

        if (node is ScalarNode)
        {
            return ScheduleSettings.ShortForm.TryRead(action.Context, path, node, out var schedule) ? schedule : null;
        }

        if (action.Mapping(ActionSettings.Schedule) is null)
        {
            return null;
        }

        var section = action.Section(ActionSettings.Schedule);
        if (section.Has(ScheduleSettings.Every) == section.Has(ScheduleSettings.Cron))
        {
            action.Fault(ActionSettings.Schedule, "must have either 'every' or 'cron'");
        }

        return section.Read(ScheduleSettings.Every) ?? section.Read(ScheduleSettings.Cron);
    }
}
