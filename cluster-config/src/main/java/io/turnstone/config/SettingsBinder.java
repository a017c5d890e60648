package io.turnstone.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigValue;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Binds configuration to records by the names of their components; used by one thread at a time. */
final class SettingsBinder {
    private final Config config;

    SettingsBinder(Config config) {
        this.config = config;
    }

    /**
     * @param path the key under which the record's components stand
     * @throws ConfigurationException at the first value that its component cannot hold
     */
    <T extends Record> T bind(Class<T> type, String path) {
        RecordComponent[] components = type.getRecordComponents();
        Class<?>[] types = new Class<?>[components.length];
        @Nullable
        Object[] values = new Object[components.length];
        for (int i = 0; i < components.length; i++) {
            types[i] = components[i].getType();
            values[i] = value(components[i], path + "." + Kebab.of(components[i].getName()));
        }
        return construct(type, types, values);
    }

    /** Every key that {@code type} has below {@code path}, whether set or not. */
    static List<String> keys(Class<?> type, String path) {
        List<String> keys = new ArrayList<>();
        for (RecordComponent component : type.getRecordComponents()) {
            String key = path + "." + Kebab.of(component.getName());
            if (isNested(component.getType())) {
                keys.addAll(keys(component.getType(), key));
            } else {
                keys.add(key);
            }
        }
        return keys;
    }

    private Object value(RecordComponent component, String key) {
        Class<?> type = component.getType();
        if (isNested(type)) {
            return bind(type.asSubclass(Record.class), key);
        }
        if (!config.hasPath(key)) {
            throw new ConfigurationException(key, "is not set and has no default");
        }
        if (type == List.class) {
            return list(component, key);
        }
        if (type == Optional.class) {
            return scalarText(key).isEmpty()
                ? Optional.empty()
                : Optional.of(scalar(argument(component), component, key));
        }
        return scalar(type, component, key);
    }

    private List<Object> list(RecordComponent component, String key) {
        ConfigValue list = config.getValue(key);
        ValueType<?> type = valueType(argument(component), key);
        if (!(list.unwrapped() instanceof List<?> elements)) {
            throw wrong(type, key, list, "a list [...] of " + type.allowed());
        }
        List<Object> values = new ArrayList<>(elements.size());
        for (Object element : elements) {
            values.add(parse(type, String.valueOf(element), key, list, type.allowed()));
        }
        return List.copyOf(values);
    }

    private Object scalar(Class<?> javaType, RecordComponent component, String key) {
        ValueType<?> type = valueType(javaType, key);
        Between limits = component.getAnnotation(Between.class);
        String allowed = limits == null
            ? type.allowed()
            : type.allowed() + ", from " + limits.least() + " to " + limits.most();
        Object value = parse(type, scalarText(key), key, config.getValue(key), allowed);
        if (limits != null && !within(type, value, limits)) {
            throw wrong(type, key, config.getValue(key), allowed);
        }
        return value;
    }

    @SuppressWarnings("unchecked") // limits are only written on comparable types, and both ends are of the value's type
    private static boolean within(ValueType<?> type, Object value, Between limits) {
        Comparable<Object> comparable = (Comparable<Object>) value;
        return comparable.compareTo(type.parse().apply(limits.least())) >= 0
            && comparable.compareTo(type.parse().apply(limits.most())) <= 0;
    }

    private String scalarText(String key) {
        return String.valueOf(config.getValue(key).unwrapped());
    }

    private static Object parse(ValueType<?> type, String text, String key, ConfigValue written, String allowed) {
        try {
            return type.parse().apply(text);
        } catch (IllegalArgumentException | ArithmeticException refused) {
            throw new ConfigurationException(key, type.shown(text), source(written), allowed);
        }
    }

    private static ConfigurationException wrong(ValueType<?> type, String key, ConfigValue written, String allowed) {
        return new ConfigurationException(key, type.shown(String.valueOf(written.unwrapped())), source(written),
            allowed);
    }

    static String source(ConfigValue written) {
        return written.origin().description();
    }

    private static ValueType<?> valueType(Class<?> type, String key) {
        return ValueType.of(type)
            .orElseThrow(() -> new AssertionError("no way to read " + type + " of " + key + " from text"));
    }

    private static Class<?> argument(RecordComponent component) {
        Type argument = ((ParameterizedType) component.getGenericType()).getActualTypeArguments()[0];
        return (Class<?>) argument;
    }

    private static boolean isNested(Class<?> type) {
        return type.isRecord() && ValueType.of(type).isEmpty();
    }

    private static <T> T construct(Class<T> type, Class<?>[] types, @Nullable Object[] values) {
        try {
            Constructor<T> constructor = type.getDeclaredConstructor(types);
            return constructor.newInstance(values);
        } catch (InvocationTargetException refused) {
            throw new AssertionError(type + " refused values that were checked", refused.getCause());
        } catch (ReflectiveOperationException notARecord) {
            throw new LinkageError(type + " cannot be made", notARecord);
        }
    }
}
