{{/* An address as it stands before a port. */}}
{{- define "turnstone.bracketed" -}}
{{- if contains ":" . }}[{{ . }}]{{ else }}{{ . }}{{ end -}}
{{- end -}}

{{/* HOCON for the pod's own address and a port. */}}
{{- define "turnstone.podAddress" -}}
{{- if eq .root.Values.ipFamily "IPv6" -}}
"["${TURNSTONE_POD_IP}"]:{{ .port }}{{ .more }}"
{{- else -}}
${TURNSTONE_POD_IP}":{{ .port }}{{ .more }}"
{{- end -}}
{{- end -}}

{{- define "turnstone.config" -}}
{{- $ports := .Values.ports -}}
{{- $service := printf "=%s:%d" (include "turnstone.bracketed" .Values.publicAddress) (int .Values.publicPort) -}}
# Made by the Helm chart. Whatever is secret, or differs between the pods, comes from the environment.
include classpath("kubernetes.conf")

turnstone {
  listen = [{{ include "turnstone.podAddress" (dict "root" . "port" (int $ports.client) "more" $service) }}]

  relay {
    mode = {{ .Values.relay.mode }}
    ports = {{ .Values.relay.ports | toJson }}
    {{- if eq .Values.relay.mode "node" }}
    addresses = [${TURNSTONE_POD_IP}]
    {{- else if .Values.relay.addresses }}
    addresses = {{ .Values.relay.addresses | toJson }}
    {{- end }}
  }

  auth {
    realm = {{ .Values.realm | toJson }}
    {{- with .Values.secret.sharedSecretKeys }}
    shared-secrets = [{{ range $i, $key := . }}{{ if $i }}, {{ end }}${TURNSTONE_SHARED_SECRET_{{ $i }}}{{ end }}]
    {{- end }}
    {{- with .Values.secret.userKeys }}
    users = [{{ range $i, $key := . }}{{ if $i }}, {{ end }}${TURNSTONE_USER_{{ $i }}}{{ end }}]
    {{- end }}
  }

  cluster {
    address = ${TURNSTONE_CLUSTER_HOST}":{{ $ports.cluster }}"
    seeds = [
      {{- range until (min 3 (int .Values.replicas) | int) }}
      "{{ include "turnstone.fullname" $ }}-{{ . }}.{{ include "turnstone.domain" $ }}:{{ $ports.cluster }}"
      {{- end }}
    ]
    size-maximum = {{ .Values.cluster.sizeMaximum }}
    acknowledgements = {{ .Values.cluster.acknowledgements }}
    failover = {{ .Values.cluster.failover }}
  }

  fabric {
    address = {{ include "turnstone.podAddress" (dict "root" . "port" (int $ports.fabric) "more" "") }}
    lanes = {{ .Values.fabric.lanes }}
    term-length = {{ .Values.fabric.termLengthMiB }} MiB
  }

  drain.balancer-time = {{ .Values.drain.seconds }} s
  drain.connections-time = {{ .Values.drain.connectionSeconds }} s

  {{- if include "turnstone.hostNetwork" . }}

  # The machine's other addresses may be public.
  admin.address = "127.0.0.1:{{ $ports.admin }}"
  {{- else }}

  admin.address = "{{ ternary "[::]" "0.0.0.0" (eq .Values.ipFamily "IPv6") }}:{{ $ports.admin }}"
  {{- end }}
}
{{- with .Values.config }}

# From the value `config`.
{{ . | trim }}
{{- end }}
{{- end -}}
