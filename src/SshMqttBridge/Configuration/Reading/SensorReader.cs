using SshMqttBridge.Configuration.Settings;

namespace SshMqttBridge.Configuration.Reading;

/// <summary>Reads the section <c>sensor</c> of an action.</summary>
internal static class SensorReader
{
    /// <summary>Returns the sensor as far as it is valid, or null if there is none; the rest are faults.</summary>
    public static ActionSensor? Read(SectionReader action)
    {
        if (!action.Has(ActionSettings.Sensor))
        {
            return null;
        }

        var section = action.Section(ActionSettings.Sensor);
        return new ActionSensor
        {
            Unit = section.Read(SensorSettings.Unit),
            DeviceClass = section.Read(SensorSettings.DeviceClass),
            StateClass = section.ReadValue(SensorSettings.StateClass),
            ValueTemplate = section.Read(SensorSettings.ValueTemplate),
            ExpireAfter = section.ReadValue(SensorSettings.ExpireAfter),
        };
    }
}
