{{/* What kubernetes.conf and turnstone.conf take from the environment. */}}
{{- define "turnstone.environment" -}}
- name: TURNSTONE_POD_NAME
  valueFrom:
    fieldRef:
      fieldPath: metadata.name
- name: TURNSTONE_POD_IP
  valueFrom:
    fieldRef:
      fieldPath: status.podIP
- name: TURNSTONE_CLUSTER_HOST
  value: $(TURNSTONE_POD_NAME).{{ include "turnstone.domain" . }}
{{- $secret := .Values.secret }}
{{ include "turnstone.secretVariable" (dict "name" "TURNSTONE_CLUSTER_SECRET" "secret" $secret.name "key" $secret.clusterSecretKey) }}
{{- with $secret.adminTokenKey }}
{{ include "turnstone.secretVariable" (dict "name" "TURNSTONE_ADMIN_TOKEN" "secret" $secret.name "key" .) }}
{{- end }}
{{- range $i, $key := $secret.sharedSecretKeys }}
{{ include "turnstone.secretVariable" (dict "name" (printf "TURNSTONE_SHARED_SECRET_%d" $i) "secret" $secret.name "key" $key) }}
{{- end }}
{{- range $i, $key := $secret.userKeys }}
{{ include "turnstone.secretVariable" (dict "name" (printf "TURNSTONE_USER_%d" $i) "secret" $secret.name "key" $key) }}
{{- end }}
{{- with .Values.javaOptions }}
- name: JDK_JAVA_OPTIONS
  value: {{ . | quote }}
{{- end }}
{{- end -}}

{{- define "turnstone.secretVariable" -}}
- name: {{ .name }}
  valueFrom:
    secretKeyRef:
      name: {{ .secret }}
      key: {{ .key }}
{{- end -}}

{{/* A GET of the admin port. In the host's network it listens on the machine's loopback, where the kubelet is too. */}}
{{- define "turnstone.probe" -}}
httpGet:
  path: {{ .path }}
  port: admin
  {{- if include "turnstone.hostNetwork" .root }}
  host: 127.0.0.1
  {{- end }}
{{- end -}}
